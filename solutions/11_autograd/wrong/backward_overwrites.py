"""What arrives at a shared node replaces what was there: = for +=.

Diagnosis: only one of the two uses of the Value was counted
Loses: Value.backward
"""

class Value(Value):
    def backward(self):
        upstream = {node: 0.0 for node in topological(self)}
        upstream[self] = 1.0
        for node in reversed(upstream):
            node.grad += upstream[node]
            for source, local in node.inputs:
                upstream[source] = upstream[node] * local
