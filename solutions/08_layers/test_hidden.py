"""Hidden checks of the layers exercise: random batches, torch.autograd in double precision as the reference.

A cache is never looked at: it is only handed from a forward to its backward.
"""

import numpy as np
import torch

from grader.suite import Crashed, Mismatch, array, close, not_attempted, pair, question, scalar

NO_UPSTREAM = "the upstream gradient is missing: this is only the local derivative"
LATEST = "this belongs to the latest forward, not to the cache that was handed in"
NOT_DIVIDED = "this is the sum over the batch: the mean is asked for"
DIVIDED_TWICE = "this was divided by the batch size twice"
PER_CLASS = "this was divided by the number of classes instead of the number of examples"
SIGN = "the sign is flipped"
KINK_OPEN = "an input of exactly 0 was let through"


def draw(rng, *shape):
    """Return numbers of size 0.3 to 2.5 of either sign: none is near 0, and few are near 1."""
    return rng.uniform(0.3, 2.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def shape_of(value):
    """Return the shape of an array or of nested lists; None where there is none."""
    try:
        return array(value).shape
    except Mismatch:
        return None


def unchanged(function, *args):
    """Call a function and fail if one of its array arguments was changed by it."""
    answer, after = function.with_arguments(*args)
    for before, now in zip(args, after, strict=False):
        if isinstance(before, np.ndarray) and not (isinstance(now, np.ndarray) and np.array_equal(before, now)):
            raise Mismatch("the function changed its input array", "work on a copy instead of changing the argument")
    return answer


def cache_of(student, layer, *inputs):
    """Return the cache of a forward, and what it raised; where it raised, the customary cache, which is its inputs.

    So a forward that stops does not cost a backward that is right.
    """
    try:
        return getattr(student, f"{layer}_forward").keep(*inputs)[1], None
    except Crashed as stopped:
        return (inputs if len(inputs) > 1 else inputs[0]), stopped


def backward(student, layer, dout, *inputs, call=lambda function, *args: function(*args)):
    """Call the backward of a layer with its cache; if it cannot use the customary one, the forward is to blame."""
    cache, stopped = cache_of(student, layer, *inputs)
    try:
        return call(getattr(student, f"{layer}_backward"), dout, cache)
    except Crashed:
        if stopped is None:
            raise
        raise stopped from None


def right_parts(got, wants, names):
    """Return the numbers of the parts that are right, so that one wrong part does not cost the tests of the others."""
    right = []
    for number, (have, want) in enumerate(zip(got, wants, strict=True)):
        try:
            close(have, want)
            right.append(number)
        except Mismatch:
            pass
    if not right:
        raise Mismatch(f"none of {names} is right yet, and this is judged only on what is right by itself")
    return right


def affine_reference(x, w, b, dout):
    """Return (dx, dw, db) of the affine layer by automatic differentiation."""
    leaves = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in (x, w, b)]
    out = torch.flatten(leaves[0], 1) @ leaves[1] + leaves[2]
    return [gradient.numpy() for gradient in torch.autograd.grad((out * torch.tensor(dout)).sum(), leaves)]


def affine_case(rng, shape, n_out):
    """Return random x of the given shape, w, b and dout that fit together."""
    return draw(rng, *shape), draw(rng, int(np.prod(shape[1:])), n_out), draw(rng, n_out), draw(rng, shape[0], n_out)


def loss_reference(function, x, y):
    """Return a torch loss of scores x and classes y, and its gradient with respect to x."""
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    loss = function(leaf, torch.tensor(y))
    (gradient,) = torch.autograd.grad(loss, leaf)
    return loss.item(), gradient.numpy()


def hinge(scores, y):
    """Return the mean multiclass hinge loss with margin 1; torch's own divides by the number of classes as well."""
    return torch.nn.functional.multi_margin_loss(scores, y) * scores.shape[1]


def hinge_case(rng):
    """Return scores (6, 4) and classes: rows with 0, 1, 2 positive margins occur, no margin is within 0.01 of 0."""
    while True:
        x, y = rng.uniform(-2.0, 2.0, size=(6, 4)), rng.integers(0, 4, size=6)
        margins = x - x[np.arange(6), y][:, None]
        margins[np.arange(6), y] = -3.0
        clear = min(np.abs(margins + 1).min(), np.abs(margins).min()) > 0.01
        if clear and {0, 1, 2} <= set((margins > -1).sum(axis=1).tolist()) and (margins > 0).any():
            return x, y


@question("relu_forward", points=1)
def test_relu_forward_of_random_arrays(student, rng):
    """`relu_forward` is right for arrays of one, two and four axes."""
    for shape in [(7,), (3, 4), (2, 3, 2, 2)]:
        x = draw(rng, *shape)
        close(student.relu_forward.keep(x)[0].value(), torch.relu(torch.from_numpy(x)).numpy(), what="out",
              mistakes={"this is the derivative, not the output": 1.0 * (x > 0),
                        "the negative part was kept instead of the positive one": np.minimum(x, 0),
                        "the sign of the negative entries was dropped": np.abs(x)})


@question("relu_forward", points=0.5)
def test_relu_forward_of_other_arrays(student, rng):
    """Strided, transposed, empty and single-precision arrays work as well."""
    x = draw(rng, 4, 6)
    for part in [x[:, ::2], x.T, np.zeros((0, 3))]:
        close(student.relu_forward.keep(part)[0].value(), np.maximum(part, 0), what="out")
    single = x.astype(np.float32)
    close(student.relu_forward.keep(single)[0].value(), np.maximum(single, 0), what="out", rtol=1e-4, atol=1e-5)


@question("relu_forward", points=0.5)
def test_relu_forward_leaves_its_input_alone(student, rng):
    """`relu_forward` does not change x."""
    x = np.append(draw(rng, 5), -1.0)
    close(pair(unchanged(student.relu_forward, x))[0], np.maximum(x, 0), what="out")


@question("relu_backward", points=1)
def test_relu_backward_matches_autograd(student, rng):
    """`relu_backward` agrees with automatic differentiation for a random upstream gradient."""
    for shape in [(12,), (3, 2, 4)]:
        x, dout = draw(rng, *shape), draw(rng, *shape)
        x.flat[:4], dout.flat[:4] = [1.5, 1.5, -1.5, -1.5], [2.5, -2.5, 2.5, -2.5]
        leaf = torch.tensor(x, requires_grad=True)
        (want,) = torch.autograd.grad((torch.relu(leaf) * torch.tensor(dout)).sum(), leaf)
        close(backward(student, "relu", dout, x), want.numpy(), what="dx",
              mistakes={NO_UPSTREAM: 1.0 * (x > 0),
                        "the mask was made from the upstream gradient instead of x": dout * (dout > 0),
                        "the upstream gradient was multiplied by the output instead of the derivative": dout * np.maximum(x, 0),
                        "nothing was stopped: this is the upstream gradient": dout})


@question("relu_backward", points=0.5)
def test_relu_backward_at_the_kink(student, rng):
    """Where x is exactly 0 the gradient follows the convention stated at the top of the notebook."""
    dout = np.abs(draw(rng, 1, 4))
    got = array(backward(student, "relu", dout, np.array([[0.0, 2.0, 0.0, -1.0]])), (1, 4), "dx")[0]
    if got[1] == 0:
        raise Mismatch("dx is 0 at x = 2 as well, so that nothing can be said about x = 0")
    close(got[[0, 2]], np.zeros(2), what="dx at x = 0", mistakes={KINK_OPEN: dout[0, [0, 2]]})


@question("relu_backward", points=1)
def test_relu_backward_with_several_caches(student, rng):
    """After two forwards, each cache still gives the gradient of its own forward."""
    first, dout = draw(rng, 3, 4), draw(rng, 3, 4)
    second = -first
    caches = [cache_of(student, "relu", x)[0] for x in (first, second)]
    wants = [np.where(x > 0, dout, 0.0) for x in (first, second)]
    close(student.relu_backward(dout, caches[0]), wants[0], what="dx of the first", mistakes={LATEST: wants[1]})
    close(student.relu_backward(dout, caches[1]), wants[1], what="dx of the second")


@question("relu_backward", points=0.5)
def test_relu_backward_leaves_its_input_alone(student, rng):
    """`relu_backward` does not change dout."""
    x, dout = draw(rng, 7), draw(rng, 7)
    x[:4], dout[:4] = [1.5, 1.5, -1.5, -1.5], [2.5, -2.5, 2.5, -2.5]
    close(backward(student, "relu", dout, x, call=unchanged), np.where(x > 0, dout, 0.0), what="dx")


@question("affine_forward", points=0.75)
def test_affine_forward_of_a_random_batch(student, rng):
    """`affine_forward` is right for x of shape (4, 5) and w of shape (5, 3)."""
    x, w, b, _ = affine_case(rng, (4, 5), 3)
    close(student.affine_forward.keep(x, w, b)[0].value(), np.einsum("nd,dm->nm", x, w) + b, what="out",
          mistakes={"the bias is missing": x @ w, "the bias was subtracted": x @ w - b,
                    "the numbers of different examples were mixed": x.reshape(-1, 4).T @ w + b})


@question("affine_forward", points=0.75)
def test_affine_forward_of_images(student, rng):
    """`affine_forward` flattens each example of x, of shape (3, 2, 4, 2), into one row."""
    x, w, b, _ = affine_case(rng, (3, 2, 4, 2), 5)
    close(student.affine_forward.keep(x, w, b)[0].value(), np.stack([image.ravel() for image in x]) @ w + b, what="out",
          mistakes={"the numbers of an example are in another order than NumPy's own (the last axis runs fastest)":
                    x.reshape(3, -1, order="F") @ w + b,
                    "the numbers of different examples were mixed": x.reshape(-1, 3).T @ w + b})


@question("affine_forward", points=0.5)
def test_affine_forward_of_one_example_and_one_output(student, rng):
    """One example and one output still give a matrix, of shape (1, 1)."""
    x, w, b, _ = affine_case(rng, (1, 4), 1)
    close(student.affine_forward.keep(x, w, b)[0].value(), np.array([[np.sum(x[0] * w[:, 0]) + b[0]]]), what="out")


@question("affine_forward", points=0.5)
def test_affine_forward_leaves_its_inputs_alone(student, rng):
    """`affine_forward` changes neither the numbers nor the shape of x, w and b."""
    x, w, b, _ = affine_case(rng, (3, 2, 2), 2)
    close(pair(unchanged(student.affine_forward, x, w, b))[0], x.reshape(3, 4) @ w + b, what="out")


@question("affine_backward", points=0.75)
def test_affine_backward_dx_of_a_batch(student, rng):
    """dx agrees with automatic differentiation for x of shape (4, 5) and a random upstream gradient."""
    x, w, b, dout = affine_case(rng, (4, 5), 3)
    dx = pair(backward(student, "affine", dout, x, w, b), 3)[0]
    if shape_of(dx) == w.shape:
        raise Mismatch(f"dx: wrong shape: got {w.shape}, expected {x.shape}",
                       "the first gradient has the shape of w: the order is dx, dw, db")
    close(dx, affine_reference(x, w, b, dout)[0], what="dx",
          mistakes={NO_UPSTREAM: np.ones_like(dout) @ w.T, SIGN: -dout @ w.T})


@question("affine_backward", points=0.75)
def test_affine_backward_dx_of_images(student, rng):
    """dx has the shape of x, (3, 2, 4, 2), and agrees with automatic differentiation; also for a square w."""
    for shape, n_out in [((3, 2, 4, 2), 5), ((3, 2, 2), 4)]:
        x, w, b, dout = affine_case(rng, shape, n_out)
        dx = pair(backward(student, "affine", dout, x, w, b), 3)[0]
        if shape_of(dx) == (3, w.shape[0]):
            raise Mismatch(f"dx: wrong shape: got (3, {w.shape[0]}), expected {shape}",
                           "x was flattened on the way in, and its gradient was not given the shape of x again")
        mistakes = {NO_UPSTREAM: (np.ones_like(dout) @ w.T).reshape(shape)}
        if n_out == w.shape[0]:
            mistakes["w was used where its transpose belongs"] = (dout @ w).reshape(shape)
        close(dx, affine_reference(x, w, b, dout)[0], what="dx", mistakes=mistakes)


@question("affine_backward", points=1)
def test_affine_backward_dw(student, rng):
    """dw has the shape of w and agrees with automatic differentiation, for x of three axes too."""
    for shape, n_out in [((3, 5), 4), ((5, 2, 3), 4), ((3, 2, 2), 4)]:
        x, w, b, dout = affine_case(rng, shape, n_out)
        want = affine_reference(x, w, b, dout)[1]
        mistakes = {NO_UPSTREAM: x.reshape(shape[0], -1).T @ np.ones_like(dout), SIGN: -want,
                    "this is the mean over the batch: each example adds its full share": want / shape[0]}
        if n_out == w.shape[0]:
            mistakes["this is the transposed gradient"] = want.T
        close(pair(backward(student, "affine", dout, x, w, b), 3)[1], want, what="dw", mistakes=mistakes)


@question("affine_backward", points=1)
def test_affine_backward_db(student, rng):
    """db has the shape of b and agrees with automatic differentiation."""
    for shape, n_out in [((3, 2, 4), 3), ((4, 5), 3)]:
        x, w, b, dout = affine_case(rng, shape, n_out)
        db = pair(backward(student, "affine", dout, x, w, b), 3)[2]
        if shape_of(db) == dout.shape and np.array_equal(db, dout):
            raise Mismatch(f"db: wrong shape: got {dout.shape}, expected {b.shape}",
                           "the gradient of the bias was not summed over the batch")
        mistakes = {NO_UPSTREAM: np.full(n_out, float(shape[0])),
                    "this is the mean over the batch: each example adds its full share": dout.mean(axis=0),
                    "this is one example's share only": dout[0]}
        if shape[0] == n_out:
            mistakes["the sum runs over the outputs instead of the batch"] = dout.sum(axis=1)
        close(db, affine_reference(x, w, b, dout)[2], what="db", mistakes=mistakes)


@question("affine_backward", points=0.5)
def test_affine_backward_with_several_caches(student, rng):
    """After two forwards, the cache of the first still gives the gradients of the first."""
    (x, w, b, dout), (x2, w2, b2, _) = [affine_case(rng, (3, 2, 2), 2) for _ in range(2)]
    wants, others = affine_reference(x, w, b, dout)[:2], affine_reference(x2, w2, b2, dout)[:2]
    alone = pair(backward(student, "affine", dout, x, w, b), 3)
    right = right_parts(alone[:2], wants, "dx and dw")
    cache, _ = cache_of(student, "affine", x, w, b)[0], cache_of(student, "affine", x2, w2, b2)
    got = pair(student.affine_backward(dout, cache), 3)
    for number in right:
        close(got[number], wants[number], what=f"{('dx', 'dw')[number]} of the first forward", mistakes={LATEST: others[number]})


@question("affine_backward", points=0.5)
def test_affine_backward_leaves_its_input_alone(student, rng):
    """`affine_backward` does not change dout."""
    x, w, b, dout = affine_case(rng, (4, 3), 2)
    got = pair(backward(student, "affine", dout, x, w, b, call=unchanged), 3)
    right_parts(got, affine_reference(x, w, b, dout), "dx, dw and db")


@question("predict_svm_start", points=1)
def test_predict_svm_start(student, rng):
    """The predicted hinge loss of ten equal scores is right."""
    guess = student.predict_svm_start.value()
    if guess is None:
        not_attempted("Set predict_svm_start to the number that you expect.")
    assert abs(scalar(guess, "predict_svm_start") - 9) < 1e-6, (
        "Not this number. Write down one term of the sum for equal scores, and count the terms.")


@question("svm_loss", points=1)
def test_svm_loss_value(student, rng):
    """The loss agrees with torch's on a random batch of six examples and four classes."""
    x, y = hinge_case(rng)
    want, _ = loss_reference(hinge, x, y)
    gaps = x - x[np.arange(6), y][:, None]
    gaps[np.arange(6), y] = -9.0
    close(pair(student.svm_loss(x, y))[0], want, what="loss",
          mistakes={NOT_DIVIDED: want * 6, DIVIDED_TWICE: want / 6, PER_CLASS: want * 6 / 4, SIGN: -want,
                    "this is the mean over examples and classes: the classes are summed": want / 4,
                    "the right class was counted among the wrong ones": want + 1,
                    "the margin is missing: a lead of 1 is asked for": np.maximum(gaps, 0).sum() / 6,
                    "only the worst class of each example was counted": np.maximum(gaps + 1, 0).max(axis=1).mean()})


@question("svm_loss", points=1)
def test_svm_loss_gradient(student, rng):
    """The gradient agrees with automatic differentiation on a random batch."""
    x, y = hinge_case(rng)
    _, want = loss_reference(hinge, x, y)
    rows = np.arange(6)
    missing, once, counted = want.copy(), want.copy(), want.copy()
    missing[rows, y] = 0
    once[rows, y] = -1 / 6
    counted[rows, y] += 1 / 6
    close(pair(student.svm_loss(x, y))[1], want, what="dx",
          mistakes={NOT_DIVIDED: want * 6, DIVIDED_TWICE: want / 6, PER_CLASS: want * 6 / 4, SIGN: -want,
                    "the gradient at the right class is missing": missing,
                    "the right class is pulled once, however many margins are violated": once,
                    "the right class was counted among the wrong ones": counted})


def clear_winners(rng):
    """Return scores (3, 5) and classes: each right class leads by more than the margin."""
    x, y = rng.uniform(-1.0, 1.0, size=(3, 5)), rng.permutation(5)[:3]
    x[np.arange(3), y] = rng.uniform(2.1, 4.0, size=3)
    return x, y


@question("svm_loss", points=0.25)
def test_svm_loss_value_of_clear_winners(student, rng):
    """Examples whose right class leads by more than the margin cost nothing."""
    loss = pair(student.svm_loss(*clear_winners(rng)))[0]
    close(loss, 0.0, what="loss", mistakes={"the right class was counted among the wrong ones": 1.0})


@question("svm_loss", points=0.25)
def test_svm_loss_gradient_of_clear_winners(student, rng):
    """Examples whose right class leads by more than the margin have no gradient."""
    close(pair(student.svm_loss(*clear_winners(rng)))[1], np.zeros((3, 5)), what="dx")


def three_violations(rng):
    """Return the scores of one example, whose right class is the last and the lowest, and its class."""
    return np.array([[0.0, 0.0, 0.0, -2.0]]) + rng.uniform(-0.5, 0.5, size=(1, 4)), np.array([3])


@question("svm_loss", points=0.25)
def test_svm_loss_value_of_one_example_with_three_violations(student, rng):
    """A batch of one example whose right class is last: the loss agrees with torch's."""
    x, y = three_violations(rng)
    close(pair(student.svm_loss(x, y))[0], loss_reference(hinge, x, y)[0], what="loss")


@question("svm_loss", points=0.25)
def test_svm_loss_gradient_of_one_example_with_three_violations(student, rng):
    """A batch of one example whose right class is last: the gradient agrees with torch's."""
    x, y = three_violations(rng)
    close(pair(student.svm_loss(x, y))[1], loss_reference(hinge, x, y)[1], what="dx")


@question("svm_loss", points=0.5)
def test_svm_loss_leaves_its_inputs_alone(student, rng):
    """`svm_loss` changes neither the scores nor the classes."""
    x, y = hinge_case(rng)
    right_parts(pair(unchanged(student.svm_loss, x, y)), loss_reference(hinge, x, y), "loss and dx")


@question("softmax_loss", points=0.75)
def test_softmax_loss_value(student, rng):
    """The loss agrees with torch's on a random batch of five examples and four classes."""
    x, y = draw(rng, 5, 4), rng.integers(0, 4, size=5)
    want, _ = loss_reference(torch.nn.functional.cross_entropy, x, y)
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    across = np.exp(x) / np.exp(x).sum(axis=0)
    close(pair(student.softmax_loss(x, y))[0], want, what="loss",
          mistakes={NOT_DIVIDED: want * 5, DIVIDED_TWICE: want / 5, PER_CLASS: want * 5 / 4, SIGN: -want,
                    "the probabilities were normalised over the batch instead of the classes": -np.log(across[np.arange(5), y]).mean(),
                    "this was divided by the number of classes as well": want / 4,
                    "the logarithm is missing": p[np.arange(5), y].mean(),
                    "the logarithm has base 2": want / np.log(2)})


@question("softmax_loss", points=0.75)
def test_softmax_loss_gradient(student, rng):
    """The gradient agrees with automatic differentiation on a random batch."""
    x, y = draw(rng, 5, 4), rng.integers(0, 4, size=5)
    _, want = loss_reference(torch.nn.functional.cross_entropy, x, y)
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    only = np.zeros((5, 4))
    only[np.arange(5), y] = want[np.arange(5), y]
    close(pair(student.softmax_loss(x, y))[1], want, what="dx",
          mistakes={NOT_DIVIDED: want * 5, DIVIDED_TWICE: want / 5, PER_CLASS: want * 5 / 4, SIGN: -want,
                    "this was divided by the number of classes as well": want / 4,
                    "these are the probabilities: the right class has not been taken into account": p / 5,
                    "these are the probabilities, and not divided by the batch size: the right class has not been taken into account": p,
                    "only the right class has a gradient here, but every score is in the sum below the fraction": only})


@question("softmax_loss", points=0.75)
def test_softmax_loss_value_for_scores_of_a_thousand(student, rng):
    """Scores of 1000 and -1000 give the right finite loss, also where the right class is hopeless."""
    x = np.array([[1000.0, -1000.0, 1000.0], [-1000.0, -1000.0, -1000.0], [1000.0, 0.0, -1000.0], [3.0, 1.0, 2.0]])
    for y in ([0, 2, 0, 1], [2, 1, 2, 0]):
        order = rng.permutation(4)
        want, _ = loss_reference(torch.nn.functional.cross_entropy, x[order], np.array(y)[order])
        loss = scalar(pair(student.softmax_loss(x[order], np.array(y)[order]))[0], "loss")
        if not np.isfinite(loss) and np.isfinite(scalar(pair(student.softmax_loss(x[order] / 1000, np.array(y)[order]))[0], "loss")):
            raise Mismatch(f"loss: got {loss}, expected {want:.6g}",
                           "an exponential overflowed, or the logarithm was taken of a probability that had become 0")
        close(loss, want, what="loss")


@question("softmax_loss", points=0.75)
def test_softmax_loss_gradient_for_scores_of_a_thousand(student, rng):
    """Scores of 1000 and -1000 give the right finite gradient, also where the right class is hopeless."""
    x = np.array([[1000.0, -1000.0, 1000.0], [-1000.0, -1000.0, -1000.0], [1000.0, 0.0, -1000.0], [3.0, 1.0, 2.0]])
    for y in ([0, 2, 0, 1], [2, 1, 2, 0]):
        order = rng.permutation(4)
        _, want = loss_reference(torch.nn.functional.cross_entropy, x[order], np.array(y)[order])
        close(pair(student.softmax_loss(x[order], np.array(y)[order]))[1], want, what="dx")


@question("softmax_loss", points=0.5)
def test_softmax_loss_leaves_its_inputs_alone(student, rng):
    """`softmax_loss` changes neither the scores nor the classes."""
    x, y = draw(rng, 3, 4), rng.integers(0, 4, size=3)
    want = loss_reference(torch.nn.functional.cross_entropy, x, y)
    right_parts(pair(unchanged(student.softmax_loss, x, y)), want, "loss and dx")
