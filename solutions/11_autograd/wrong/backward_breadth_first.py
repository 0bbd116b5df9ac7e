"""The nodes are visited level by level from the result, each at its first sight.

Loses: Value.backward
"""

class Value(Value):
    def backward(self):
        upstream, queue = {self: 1.0}, [self]
        for node in queue:
            node.grad += upstream[node]
            for source, local in node.inputs:
                if source not in upstream:
                    queue.append(source)
                upstream[source] = upstream.get(source, 0.0) + upstream[node] * local
