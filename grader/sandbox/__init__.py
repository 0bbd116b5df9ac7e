"""The judge's side of the sandbox: the rungs of this machine, the fork server, one worker per submission.

Theory of operation. The grading process starts one *zygote* (`grader.sandbox.inside.zygote`, executed afresh,
never forked from the judge) behind bubblewrap. Judges connect to its listening socket; for each connection it
forks a *supervisor* (our code only), which makes new namespaces and forks the *worker*, where the student's
code runs. The worker has one descriptor: its data socket. The supervisor holds the control line: it reports
CPU time and memory, kills the worker's family, and says how it ended. The verdict is written by the judge
alone, outside.

Not defended: kernel exploits, side channels between processes on one CPU, and students who call a library
function where the exercise asks for their own (see `forbidden` in `exercise.toml`, best effort).
"""
