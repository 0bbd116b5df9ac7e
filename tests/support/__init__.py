"""What several tests use: paths, cells, made-up classes, hostile texts, a browser."""
