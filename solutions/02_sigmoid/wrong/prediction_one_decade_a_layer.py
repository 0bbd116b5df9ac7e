"""Each layer is thought to cost one decimal place.

Loses: predict_layers_below_millionth
"""

predict_layers_below_millionth = 6
