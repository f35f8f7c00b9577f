"""The keys and types of the JSON documents, and how an object is held against them."""

from types import NoneType

FINDING = {
    "code": (str,),
    "severity": (str,),
    "unit": (str, NoneType),
    "sheet": (str, NoneType),
    "cell": (str, NoneType),
    "indicator": (str, NoneType),
    "period": (str, NoneType),
    "message": (str,),
    "found": (str,),
    "expected": (str,),
    "advice": (str,),
}


def assert_shape(value, shape):
    """Hold one object against exact keys and types."""
    assert list(value) == list(shape)
    wrong = {k: v for k, v in value.items() if type(v) not in shape[k]}
    assert wrong == {}
