"""Keyboards: what arrives at one when a scanner types for another."""

Keyboard = dict[str, tuple[str, str]]
Way = tuple[Keyboard, Keyboard, dict[str, bool]]
_KEYS = "1234567890-qwertyuiop]asdfghjkl;zxcvbnm,./"
QWERTY = dict(zip(_KEYS, zip(_KEYS, "!@#$%^&*()_QWERTYUIOP}ASDFGHJKL:ZXCVBNM<>?", strict=True), strict=True))
BRITISH = QWERTY | {"2": ("2", '"'), "3": ("3", "£")}
_PLAIN, _SHIFTED = "&é\"'(-è_çà)azertyuiop$qsdfghjklmwxcvbn,;:!", "1234567890°AZERTYUIOP£QSDFGHJKLMWXCVBN?./§"
AZERTY = dict(zip(_KEYS, zip(_PLAIN, _SHIFTED, strict=True), strict=True))
MAC = AZERTY | {"6": ("§", "6"), "8": ("!", "8")}
_KEYPAD = frozenset("0123456789")


def _press(keyboard: Keyboard, character: str) -> tuple[str, bool]:
    """The key, by its place on a QWERTY keyboard, and whether shift is held, that gives a character."""
    for shifted in (False, True):
        for key, gives in keyboard.items():
            if gives[shifted] == character:
                return key, shifted
    raise AssertionError(character)


def typed(code: str, on: Keyboard, at: Keyboard, *, keypad: bool = False, lock: bool = False) -> str:
    """What arrives at a computer with the keyboard `at` when a scanner types a code for the keyboard `on`.

    With `keypad` the digits come from the keypad; with `lock` the scanner relies on a shift lock that is on.
    """
    found = []
    for character in code:
        if keypad and character in _KEYPAD:
            found.append(character)
            continue
        key, shifted = _press(on, character)
        found.append(at[key][shifted])
    text = "".join(found)
    return text if not lock else "".join(at[_press(on, c)[0]][True] if c not in _KEYPAD else c for c in code)
