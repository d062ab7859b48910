"""A drawing as the dots of a thermal print head: black or white, nothing between."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from labels.canvas import BLACK, Drawing, Placed, Text
from labels.stock import POINTS_PER_INCH, Stock
from labels.typeface import typeface

_INK, _PAPER = 1, 0


def rastered(drawing: Drawing, stock: Stock) -> Image.Image:
    """The label in dots of `stock.dpi`, one bit each, 1 for ink. Refuses characters the face cannot draw."""
    size = stock.dots(stock.label_width_mm), stock.dots(stock.label_height_mm)
    image = Image.new("1", size, _PAPER)
    pen = ImageDraw.Draw(image)
    dots = stock.dpi / POINTS_PER_INCH
    for bar in drawing.bars:
        left, top = round(bar.x * dots), round(bar.y * dots)
        right, bottom = round((bar.x + bar.width) * dots), round((bar.y + bar.height) * dots)
        pen.rectangle((left, top, right - 1, bottom - 1), fill=_ink(bar.grey))
    for placed in drawing.symbols:
        _stamp(image, placed)
    for text in drawing.texts:
        _write(image, text, dots)
    return image


def _ink(grey: float) -> int:
    return _INK if grey == BLACK else _PAPER


def _stamp(image: Image.Image, placed: Placed) -> None:
    side = placed.symbol.size
    modules = Image.new("1", (side, side))
    modules.putdata([int(bit) for row in placed.symbol.rows for bit in row])
    scaled = modules.resize((side * placed.module_dots,) * 2, Image.Resampling.NEAREST)
    image.paste(scaled, (placed.x_dots, placed.y_dots))


def _write(image: Image.Image, text: Text, dots: float) -> None:
    """One line, as the mask of its ink."""
    strip, ascent = _strip(text.face, text.text, text.size * dots)
    corner = round(text.x * dots) - 1, round(text.baseline * dots) - ascent
    if text.upward:
        strip = strip.transpose(Image.Transpose.ROTATE_90)
        corner = round(text.x * dots) - ascent, round(text.baseline * dots) - strip.height + 1
    image.paste(_ink(text.grey), (*corner, corner[0] + strip.width, corner[1] + strip.height), strip)


@lru_cache(maxsize=128)  # Most lines of a label are those of its neighbour.
def _strip(name: str, text: str, size: float) -> tuple[Image.Image, int]:
    """A text of a size in dots on a strip of its own, and how far below its top the baseline is."""
    face, font, ascent = typeface(name), _font(name, round(size, 2)), round(size)
    strip = Image.new("1", (round(face.width(text, size)) + 3, round(size * 1.3)), _PAPER)
    pen = ImageDraw.Draw(strip)
    pen.fontmode = "1"
    x = 1.0  # One dot of room for a glyph that reaches left of its place.
    for character in text:
        # Each glyph stands where the layout counted it, not where hinted advances would have drifted.
        pen.text((round(x), ascent), character, fill=_INK, font=font, anchor="ls")
        x += face.width(character, size)
    return strip, ascent


@lru_cache(maxsize=256)
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    """A face at a size in dots."""
    return ImageFont.truetype(BytesIO(typeface(name).data), size, layout_engine=ImageFont.Layout.BASIC)
