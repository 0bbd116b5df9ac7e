"""The visible suite of 01_gates: worked numbers, shapes and easy cases."""

import numpy as np

from grader.suite import close, not_attempted, pair, question, scalar


@question("AddGate", points=2)
def test_add_gate_worked_number(student):
    """With x = 2 and y = 3 the add gate gives 5, and upstream 7 comes back as 7 and 7."""
    gate = student.AddGate()
    close(gate.forward(2.0, 3.0), 5.0, what="z")
    dx, dy = pair(gate.backward(7.0))
    close(dx, 7.0, what="dx", mistakes={"the upstream gradient is missing: this is only the local derivative": 1.0})
    close(dy, 7.0, what="dy", mistakes={"the upstream gradient is missing: this is only the local derivative": 1.0})


@question("AddGate", points=1)
def test_add_gate_keeps_the_shape_of_its_inputs(student):
    """For inputs of shape (4, 3) the add gate gives two gradients of shape (4, 3)."""
    gate = student.AddGate()
    x, y, upstream = np.ones((4, 3)), np.zeros((4, 3)), np.arange(12.0).reshape(4, 3)
    close(gate.forward(x, y), np.ones((4, 3)), what="z")
    dx, dy = pair(gate.backward(upstream))
    close(dx, upstream, what="dx")
    close(dy, upstream, what="dy")


@question("MulGate", points=3)
def test_mul_gate_worked_number(student):
    """With x = 2, y = 3 and upstream 5 the mul gate gives 6 forward, 15 and 10 backward."""
    gate = student.MulGate()
    close(gate.forward(2.0, 3.0), 6.0, what="z")
    dx, dy = pair(gate.backward(5.0))
    missing = "the upstream gradient is missing: this is only the local derivative"
    swapped = "this is the gradient of the other input"
    close(dx, 15.0, what="dx", mistakes={missing: 3.0, swapped: 10.0})
    close(dy, 10.0, what="dy", mistakes={missing: 2.0, swapped: 15.0})


@question("MulGate", points=1)
def test_mul_gate_keeps_the_shape_of_its_inputs(student):
    """For inputs of shape (2, 3) the mul gate works entry by entry and gives gradients of shape (2, 3)."""
    gate = student.MulGate()
    x, y = np.full((2, 3), 2.0), np.arange(6.0).reshape(2, 3)
    upstream = np.full((2, 3), 0.5)
    close(gate.forward(x, y), x * y, what="z")
    dx, dy = pair(gate.backward(upstream))
    close(dx, y / 2, what="dx")
    close(dy, np.ones((2, 3)), what="dy")


@question("MulGate", points=1)
def test_two_mul_gates_do_not_share_their_memory(student):
    """A second mul gate does not disturb what the first one remembers."""
    first, second = student.MulGate(), student.MulGate()
    first.forward(2.0, 3.0)
    second.forward(-1.0, 4.0)
    dx, dy = pair(first.backward(5.0))
    shared = "this gate answered with the inputs of another gate: keep them on the object, not on the class"
    close(dx, 15.0, what="dx", mistakes={shared: 20.0})
    close(dy, 10.0, what="dy", mistakes={shared: -5.0})


@question("predict_square_dx", points=1)
def test_prediction_is_the_slope_that_an_experiment_measures(student):
    """The prediction agrees with a measured change of 2·(x·x) around x = 3."""
    predicted = student.predict_square_dx.value()
    if predicted is None:
        not_attempted("predict_square_dx is still None: write down your number")
    x, step, upstream = 3.0, 0.5, 2.0
    slope = upstream * ((x + step) ** 2 - (x - step) ** 2) / (2 * step)
    close(
        scalar(predicted, "predict_square_dx"),
        slope,
        mistakes={"this counts only one of the two paths from x, or leaves out the upstream gradient": slope / 2},
    )


@question("CopyGate", points=1)
def test_copy_gate_hands_its_input_to_both_outputs(student):
    """The copy gate's forward returns its input twice."""
    first, second = pair(student.CopyGate().forward(3.0))
    close(first, 3.0, what="z_1")
    close(second, 3.0, what="z_2")


@question("CopyGate", points=2)
def test_copy_gate_worked_number(student):
    """Upstream gradients 4 and -1.5 come back through the copy gate as 2.5."""
    gate = student.CopyGate()
    gate.forward(3.0)
    one_path = "only one of the two upstream gradients arrived"
    close(gate.backward(4.0, -1.5), 2.5, what="dx", mistakes={one_path: 4.0, one_path + " (the second)": -1.5})


@question("MaxGate", points=3)
def test_max_gate_worked_number(student):
    """In each entry the larger input of the max gate gets the gradient and the other one gets 0."""
    gate = student.MaxGate()
    close(gate.forward(np.array([1.0, 5.0]), np.array([4.0, 2.0])), np.array([4.0, 5.0]), what="z")
    dx, dy = pair(gate.backward(np.array([10.0, 20.0])))
    smaller = "the gradient went to the smaller input"
    close(dx, np.array([0.0, 20.0]), what="dx", mistakes={smaller: np.array([10.0, 0.0])})
    close(dy, np.array([10.0, 0.0]), what="dy", mistakes={smaller: np.array([0.0, 20.0])})


@question("MaxGate", points=2)
def test_max_gate_works_on_plain_floats(student):
    """With x = -1, y = -3 and upstream 6 the max gate gives -1 forward, 6 and 0 backward."""
    gate = student.MaxGate()
    close(gate.forward(-1.0, -3.0), -1.0, what="z")
    dx, dy = pair(gate.backward(6.0))
    close(dx, 6.0, what="dx")
    close(dy, 0.0, what="dy")


@question("circuit_gradients", points=2)
def test_circuit_worked_number(student):
    """At x = 1.5, y = -2, z = 0.5, w = 4 the four gradients of the circuit are -4, 3, 0 and 2."""
    got = pair(student.circuit_gradients(1.5, -2.0, 0.5, 4.0), n=4)
    for part, want, name in zip(got, (-4.0, 3.0, 0.0, 2.0), ("dx", "dy", "dz", "dw"), strict=True):
        close(part, want, what=name)


@question("circuit_gradients", points=1)
def test_circuit_where_z_is_the_larger(student):
    """At x = 1, y = 5, z = 3, w = -3 the four gradients of the circuit are 10, 2, 2 and 0."""
    got = pair(student.circuit_gradients(1.0, 5.0, 3.0, -3.0), n=4)
    for part, want, name in zip(got, (10.0, 2.0, 2.0, 0.0), ("dx", "dy", "dz", "dw"), strict=True):
        close(part, want, what=name)
