"""The order is found by a function that calls itself, so a long chain hits the recursion limit.

Diagnosis: a function called itself too often
Loses: Value.backward
"""

class Value(Value):
    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for source, _ in node.inputs:
                    visit(source)
                order.append(node)

        visit(self)
        upstream = dict.fromkeys(order, 0.0)
        upstream[self] = 1.0
        for node in reversed(order):
            node.grad += upstream[node]
            for source, local in node.inputs:
                upstream[source] += upstream[node] * local
