"""Results of one operation that hold the same number count as one node.

Loses: Value.backward
"""

class Value(Value):
    def backward(self):
        order, seen = [], set()
        for node in topological(self):
            if not node.inputs or (node.sign, node.data) not in seen:
                order.append(node)
                seen.add((node.sign, node.data))
        upstream = dict.fromkeys(topological(self), 0.0)
        upstream[self] = 1.0
        for node in reversed(order):
            node.grad += upstream[node]
            for source, local in node.inputs:
                upstream[source] += upstream[node] * local
