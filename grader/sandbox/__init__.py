"""The judge's side of the sandbox: which rung this machine offers, the fork server, one worker a submission.

Theory of operation. The grading process starts one *zygote* (`grader.sandbox.inside.zygote`, executed afresh,
never forked from the judge) behind bubblewrap. Judges connect to its listening socket; for each connection it
forks a *supervisor* (our code only), which makes new namespaces and forks the *worker*, where the student's
code runs. The worker has one descriptor: its data socket. The supervisor holds the control line: it reports
CPU and memory, kills the family, and says how it ended. The verdict is written by the judge alone, outside.

Not defended: kernel exploits, side channels between processes on one CPU, and a student who calls a library
function where the exercise asks for one's own (see `forbidden` in `exercise.toml`, best effort).
"""
