"""Two calm themes, dark and light. Colour never carries a meaning alone: a mark and a word stand beside it."""

from textual.theme import Theme

FROST = Theme(
    name="frost",
    dark=True,
    primary="#7db3d3",
    secondary="#5c7f99",
    accent="#d8b26e",
    success="#8cc08f",
    warning="#dcab55",
    error="#e58383",
    foreground="#dde3e8",
    background="#10151a",
    surface="#151c22",
    panel="#1d262e",
    variables={
        "block-cursor-background": "#2b4a60",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#22323f",
        "block-cursor-blurred-foreground": "#dde3e8",
        "border": "#33424e",
        "border-blurred": "#26313a",
        "muted": "#8b9aa6",
        "faint": "#566570",
    },
)

PAPER = Theme(
    name="paper",
    dark=False,
    primary="#1d5f8a",
    secondary="#5d7787",
    accent="#8a5a00",
    success="#22703f",
    warning="#8a5a00",
    error="#a52a33",
    foreground="#1f262c",
    background="#f6f6f2",
    surface="#fdfdfb",
    panel="#e9e9e2",
    variables={
        "block-cursor-background": "#cfe2ee",
        "block-cursor-foreground": "#10202b",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#dfe7ec",
        "block-cursor-blurred-foreground": "#1f262c",
        "border": "#b9c0c2",
        "border-blurred": "#d4d6d2",
        "muted": "#5b6870",
        "faint": "#9aa3a8",
    },
)

THEMES = (FROST, PAPER)
