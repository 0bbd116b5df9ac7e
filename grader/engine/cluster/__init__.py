"""Grade on many machines: the judges are workers of a Dask cluster, each with a sandbox of its own."""

from grader.engine.cluster.start import check_cluster as check_cluster
from grader.engine.cluster.start import open_cluster as open_cluster
