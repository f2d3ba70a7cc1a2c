"""People and robots: one skeleton in many postures, and what is put on it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from voicekit.film.drawing.brush import Point, mixed
from voicekit.film.drawing.palettes import Colour
from voicekit.film.drawing.sketch import Sketch

_SKIN: tuple[Colour, ...] = ((244, 204, 172), (224, 172, 132), (184, 126, 88), (128, 82, 58), (236, 188, 150))
_HAIR: tuple[Colour, ...] = ((48, 34, 32), (92, 58, 38), (30, 28, 34), (150, 96, 52), (206, 164, 98), (120, 52, 34))
_GREY_HAIR: Colour = (206, 206, 210)
_TOPS: tuple[Colour, ...] = ((196, 84, 66), (58, 110, 140), (228, 176, 86), (92, 132, 104), (142, 92, 132), (222, 212, 196))
_TROUSERS: tuple[Colour, ...] = ((48, 56, 84), (70, 62, 66), (98, 84, 74), (40, 70, 92))
_WHITE: Colour = (242, 242, 240)
_DARK: Colour = (36, 36, 46)
_METAL: tuple[Colour, ...] = ((206, 212, 220), (176, 186, 200), (226, 226, 222))
_GLOW: Colour = (150, 240, 255)

Joints = dict[str, Point]


@dataclass(frozen=True)
class Posture:
    """Angles in degrees from straight down, forward is positive: of the back, (thigh, shin) and (upper arm,
    forearm)."""

    near_leg: tuple[float, float] = (6, 2)
    far_leg: tuple[float, float] = (-6, -3)
    near_arm: tuple[float, float] = (-14, -2)
    far_arm: tuple[float, float] = (14, 24)
    lean: float = 0.0


POSTURES = {
    "stand": Posture(),
    "walk": Posture((27, 12), (-18, -42), (-30, -8), (30, 52), 4),
    "run": Posture((64, -18), (-22, -98), (-58, 28), (48, 128), 14),
    "kick": Posture((52, 62), (-10, -16), (-62, -30), (66, 86), -12),
    "cheer": Posture((8, 2), (-10, -4), (-152, -172), (150, 168), 0),
    "save": Posture((40, -6), (-40, 4), (-104, -150), (104, 150), 4),
    "sit": Posture((84, 4), (74, -4), (18, 74), (24, 82), 0),
    "whistle": Posture((10, 4), (-10, -6), (-150, -160), (64, 150), 0),
    "point": Posture((8, 2), (-8, -4), (-16, -4), (84, 96), 0),
    "hold": Posture((10, 2), (-12, -4), (-160, 176), (160, -176), 0),
    "read": Posture((5, 2), (-5, -3), (18, 98), (26, 104), 0),
    "sing": Posture((10, 2), (-12, -6), (-46, -62), (58, 148), -4),
    "wave": Posture((6, 2), (-6, -3), (-14, -2), (138, 172), 0),
}
#: Lengths of thigh, shin, back, upper arm and forearm, in heights of a grown person.
_THIGH, _SHIN, _BACK, _UPPER, _FORE = 0.235, 0.225, 0.32, 0.165, 0.15


def joints(posture: Posture) -> Joints:
    """Where the joints of a skeleton are whose lower foot stands on the ground."""

    def beyond(start: Point, degrees: float, long: float) -> Point:
        angle = math.radians(degrees)
        return start[0] + long * math.sin(angle), start[1] + long * math.cos(angle)

    hip = (0.0, 0.0)
    neck = beyond(hip, 180 - posture.lean, _BACK)
    found: Joints = {"hip": hip, "neck": neck, "head": beyond(neck, 180 - 1.3 * posture.lean, 0.105)}
    for side, leg, arm in (("near", posture.near_leg, posture.near_arm), ("far", posture.far_leg, posture.far_arm)):
        aside = -0.012 if side == "near" else 0.012
        knee = beyond((aside, 0.0), leg[0], _THIGH)
        shoulder = (neck[0] + 4 * aside, neck[1] + 0.045)
        elbow = beyond(shoulder, arm[0], _UPPER)
        found |= {f"{side} knee": knee, f"{side} foot": beyond(knee, leg[1], _SHIN), f"{side} hip": (aside, 0.0)}
        found |= {f"{side} shoulder": shoulder, f"{side} elbow": elbow, f"{side} hand": beyond(elbow, arm[1], _FORE)}
    low = max(found["near foot"][1], found["far foot"][1]) + 0.035
    return {name: (x, y - low) for name, (x, y) in found.items()}


@dataclass(frozen=True)
class Look:
    """How somebody is dressed.

    Attributes:
        wear: "plain", "dress", "kit" (of a player), "coat", "apron", "robe" or "suit" (of an astronaut).
        hair: "short", "long", "bun", "bald", "hat", "crown", "cap" or "helmet".
        child: whether it is a child.
    """

    skin: Colour
    hair_colour: Colour
    top: Colour
    trousers: Colour
    wear: str = "plain"
    hair: str = "short"
    child: bool = False


def look_of(name: str, colour: Colour | None, rng: np.random.Generator) -> Look:
    """What a person of this name wears; `colour` is what was said of it."""

    def one(colours: tuple[Colour, ...]) -> Colour:
        return colours[int(rng.integers(len(colours)))]

    female = name in ("woman", "grandmother", "queen", "princess") or (
        name not in ("man", "grandfather", "king", "prince") and rng.random() < 0.5
    )
    look = Look(one(_SKIN), one(_HAIR), colour or one(_TOPS), one(_TROUSERS))
    hair = ("long", "bun")[int(rng.integers(2))] if female else "short"
    look = replace(look, hair=hair, wear="dress" if name == "woman" and rng.random() < 0.6 else "plain")
    if name in ("grandmother", "grandfather"):
        look = replace(look, hair_colour=_GREY_HAIR, hair="bun" if female else "short", wear="dress" if female else "plain")
    elif name == "child":
        look = replace(look, child=True)
    elif name in ("player", "goalkeeper"):
        look = replace(look, wear="kit", hair="short", trousers=mixed(look.top, _WHITE, 0.8))
    elif name == "referee":
        look = replace(look, wear="kit", top=colour or (244, 214, 60), trousers=_DARK, hair="short")
    elif name == "doctor":
        look = replace(look, wear="coat", top=colour or (96, 160, 172), trousers=(70, 120, 134))
    elif name == "cook":
        look = replace(look, wear="apron", hair="hat", top=colour or _WHITE)
    elif name in ("king", "queen", "prince", "princess"):
        look = replace(look, wear="robe", hair="crown", top=colour or ((146, 40, 62), (94, 64, 146))[female])
    elif name == "astronaut":
        look = replace(look, wear="suit", hair="helmet", top=colour or _WHITE, trousers=_WHITE)
    elif name == "runner":
        look = replace(look, wear="kit", trousers=_DARK)
    return look


def person(sketch: Sketch, look: Look, posture: Posture) -> Joints:
    """Somebody, a height of 1 (a child 0.66); where the joints are."""
    size = 0.66 if look.child else 1.0
    at = {name: (x * size, y * size) for name, (x, y) in joints(posture).items()}
    if look.wear == "suit":
        _astronaut(sketch, at, look)
        return at
    shade = mixed(look.top, (0, 0, 0), 0.2)
    far_leg, far_sleeve = mixed(look.trousers, (0, 0, 0), 0.25), shade
    _arm(sketch, at, "far", look, far_sleeve, size)
    if look.hair == "long":
        x, y = at["head"]
        sketch.smooth(
            [(x - 0.075 * size, y - 0.03), (x, y - 0.085 * size), (x + 0.06 * size, y - 0.02),
             (x + 0.03, y + 0.1 * size),
             (x - 0.09 * size, y + 0.12 * size)],
            look.hair_colour,
        )  # fmt: skip
    _leg(sketch, at, "far", look, far_leg, size)
    _leg(sketch, at, "near", look, look.trousers, size)
    _torso(sketch, at, look, size)
    _head(sketch, at, look, size)
    _arm(sketch, at, "near", look, mixed(look.top, (0, 0, 0), 0.1), size)
    return at


def _leg(sketch: Sketch, at: Joints, side: str, look: Look, colour: Colour, size: float) -> None:
    hip, knee, foot = at[f"{side} hip"], at[f"{side} knee"], at[f"{side} foot"]
    bare = look.wear in ("kit", "dress") or look.child
    shin = (look.top if look.wear == "kit" else look.skin) if bare else colour
    if look.wear == "robe":
        shin = colour = look.top
    sketch.limb([(*knee, 0.033 * size), (*foot, 0.022 * size)], mixed(shin, (0, 0, 0), 0.2 if side == "far" else 0.0))
    if bare and look.wear != "dress":
        middle = ((hip[0] + 2 * knee[0]) / 3, (hip[1] + 2 * knee[1]) / 3)
        sketch.limb([(*hip, 0.05 * size), (*knee, 0.035 * size)], look.skin)
        sketch.limb([(*hip, 0.058 * size), (*middle, 0.05 * size)], colour)
    else:
        sketch.limb([(*hip, 0.056 * size), (*knee, 0.036 * size)], look.skin if look.wear == "dress" else colour)
    angle = math.atan2(foot[0] - knee[0], foot[1] - knee[1])
    toe = foot[0] + 0.062 * size * math.cos(angle), foot[1] + 0.018 * size - 0.062 * size * math.sin(angle)
    sketch.limb([(foot[0] - 0.006, foot[1] + 0.012 * size, 0.024 * size), (*toe, 0.016 * size)], _DARK)


def _arm(sketch: Sketch, at: Joints, side: str, look: Look, sleeve: Colour, size: float) -> None:
    shoulder, elbow, hand = at[f"{side} shoulder"], at[f"{side} elbow"], at[f"{side} hand"]
    short = look.wear in ("kit", "dress") or look.child
    sketch.limb([(*elbow, 0.025 * size), (*hand, 0.018 * size)], look.skin if short else sleeve)
    sketch.disc(*hand, 0.024 * size, look.skin)
    sketch.limb([(*shoulder, 0.037 * size), (*elbow, 0.027 * size)], sleeve)


def _torso(sketch: Sketch, at: Joints, look: Look, size: float) -> None:
    (nx, ny), (hx, hy) = at["neck"], at["hip"]
    s = size
    sketch.limb([(nx, ny + 0.01, 0.026 * s), (at["head"][0], at["head"][1], 0.024 * s)], mixed(look.skin, (0, 0, 0), 0.12))
    body = [(nx - 0.03 * s, ny - 0.002), (nx + 0.03 * s, ny - 0.002), (nx + 0.082 * s, ny + 0.05 * s),
            (hx + 0.06 * s, hy - 0.13 * s),
            (hx + 0.066 * s, hy + 0.02 * s), (hx - 0.066 * s, hy + 0.02 * s), (hx - 0.06 * s, hy - 0.13 * s),
            (nx - 0.082 * s, ny + 0.05 * s)]  # fmt: skip
    sketch.smooth(body, look.top)
    if look.wear in ("dress", "robe", "coat"):
        low = {"dress": 0.25, "robe": 0.44, "coat": 0.2}[look.wear] * s
        wide = {"dress": 0.125, "robe": 0.15, "coat": 0.088}[look.wear] * s
        knee = (at["near knee"][0] + at["far knee"][0]) / 2
        skirt = [(hx - 0.052 * s, hy - 0.12 * s), (hx + 0.052 * s, hy - 0.12 * s), (hx + 0.5 * knee + wide, hy + low),
                 (hx + 0.5 * knee - wide, hy + low)]  # fmt: skip
        sketch.polygon(skirt, _WHITE if look.wear == "coat" else look.top)
    if look.wear == "coat":
        sketch.smooth(body, _WHITE)
        sketch.polygon([(nx - 0.022 * s, ny), (nx + 0.03 * s, ny), (nx + 0.004, ny + 0.16 * s)], look.top)
        sketch.arc(nx, ny + 0.05 * s, 0.045 * s, 0, 180, 0.011 * s, _DARK)
        sketch.disc(nx + 0.045 * s, ny + 0.13 * s, 0.015 * s, _DARK)
    elif look.wear == "apron":
        sketch.box(hx - 0.05 * s, hy - 0.16 * s, hx + 0.06 * s, hy + 0.17 * s, (206, 92, 74), 0.02 * s)
    elif look.wear == "kit":
        sketch.line([(nx - 0.03 * s, ny + 0.015), (nx + 0.03 * s, ny + 0.015)], 0.014 * s, _WHITE)
    elif look.wear == "robe":
        sketch.box(nx - 0.085 * s, ny + 0.0, nx + 0.085 * s, ny + 0.05 * s, _WHITE, 0.03 * s)


def _head(sketch: Sketch, at: Joints, look: Look, size: float) -> None:
    x, y = at["head"]
    s = size * (1.35 if look.child else 1.0)
    y -= 0.02 * (s - size)
    hair = look.hair_colour
    if look.hair == "bun":
        sketch.disc(x - 0.062 * s, y - 0.045 * s, 0.034 * s, hair)
    sketch.disc(x - 0.004 * s, y - 0.008 * s, 0.062 * s, hair, 0.066 * s)
    sketch.smooth(
        [(x - 0.02 * s, y - 0.04 * s), (x + 0.04 * s, y - 0.035 * s), (x + 0.056 * s, y + 0.012 * s),
         (x + 0.03 * s, y + 0.062 * s),
         (x - 0.008 * s, y + 0.056 * s), (x - 0.03 * s, y + 0.015 * s)],
        look.skin,
    )  # fmt: skip
    sketch.disc(x - 0.026 * s, y + 0.012 * s, 0.013 * s, mixed(look.skin, (0, 0, 0), 0.1))
    if look.hair == "hat":
        sketch.box(x - 0.055 * s, y - 0.1 * s, x + 0.055 * s, y - 0.035 * s, _WHITE)
        for aside in (-0.045, 0.0, 0.045):
            sketch.disc(x + aside * s, y - 0.105 * s, 0.042 * s, _WHITE)
    elif look.hair == "crown":
        gold = (236, 190, 80)
        points = [(x - 0.058 * s, y - 0.04 * s), (x - 0.066 * s, y - 0.11 * s), (x - 0.03 * s, y - 0.075 * s),
                  (x, y - 0.125 * s),
                  (x + 0.03 * s, y - 0.075 * s), (x + 0.066 * s, y - 0.11 * s),
                  (x + 0.058 * s, y - 0.04 * s)]  # fmt: skip
        sketch.polygon(points, gold)


def _astronaut(sketch: Sketch, at: Joints, look: Look) -> None:
    white, grey, band = look.top, mixed(look.top, (90, 100, 120), 0.35), (206, 92, 60)
    (nx, ny), (hx, hy), (x, y) = at["neck"], at["hip"], at["head"]
    sketch.box(nx - 0.14, ny - 0.01, nx + 0.02, hy - 0.03, mixed(grey, (0, 0, 0), 0.2), 0.03)
    for side, colour in (("far", grey), ("near", white)):
        if side == "near":
            sketch.smooth([(nx - 0.07, ny), (nx + 0.07, ny), (nx + 0.11, ny + 0.08), (hx + 0.09, hy + 0.04),
                           (hx - 0.09, hy + 0.04),
                           (nx - 0.11, ny + 0.08)], white)  # fmt: skip
            sketch.box(hx - 0.03, hy - 0.2, hx + 0.07, hy - 0.11, grey, 0.012)
            sketch.disc(hx + 0.0, hy - 0.155, 0.014, band)
            sketch.disc(hx + 0.04, hy - 0.155, 0.014, _GLOW)
        sketch.limb([(*at[f"{side} hip"], 0.07), (*at[f"{side} knee"], 0.056), (*at[f"{side} foot"], 0.048)], colour)
        fx, fy = at[f"{side} foot"]
        sketch.limb([(fx, fy + 0.005, 0.04), (fx + 0.06, fy + 0.012, 0.03)], mixed(grey, (0, 0, 0), 0.25))
        sketch.limb([(*at[f"{side} shoulder"], 0.055), (*at[f"{side} elbow"], 0.046), (*at[f"{side} hand"], 0.038)], colour)
        ex, ey = at[f"{side} elbow"]
        sketch.disc(ex, ey, 0.047, mixed(colour, band, 0.7))
        sketch.disc(*at[f"{side} hand"], 0.04, grey)
    sketch.disc(x, y - 0.01, 0.098, white)
    sketch.disc(x + 0.022, y - 0.012, 0.07, (40, 46, 74), 0.062)
    sketch.smooth(
        [(x + 0.02, y - 0.055), (x + 0.06, y - 0.05), (x + 0.075, y - 0.015), (x + 0.05, y - 0.03)], (236, 176, 96)
    )


def robot(sketch: Sketch, colour: Colour | None, posture: Posture, kind: int) -> Joints:
    """A robot, a height of 1, of one of three kinds; its plates have the colour."""
    at = joints(posture)
    metal = _METAL[kind % len(_METAL)]
    plate = colour or ((86, 140, 168), (214, 120, 70), (92, 150, 126))[kind % 3]
    dark = (58, 64, 80)
    for side in ("far", "near"):
        tone: Callable[[Colour], Colour] = (lambda c: mixed(c, (0, 0, 0), 0.28)) if side == "far" else (lambda c: c)
        if side == "near":
            _robot_body(sketch, at, metal, plate, kind)
        hip, knee, foot = (at[f"{side} {one}"] for one in ("hip", "knee", "foot"))
        sketch.limb([(*hip, 0.03), (*knee, 0.026)], tone(dark))
        sketch.limb([((hip[0] + knee[0]) / 2, (hip[1] + knee[1]) / 2, 0.04), (*knee, 0.034)], tone(metal))
        sketch.limb([(*knee, 0.036), (*foot, 0.045)], tone(plate))
        sketch.disc(*knee, 0.037, tone(metal))
        sketch.disc(*knee, 0.017, tone(dark))
        sketch.limb([(foot[0] - 0.02, foot[1] + 0.005, 0.032), (foot[0] + 0.065, foot[1] + 0.012, 0.024)], tone(metal))
        shoulder, elbow, hand = (at[f"{side} {one}"] for one in ("shoulder", "elbow", "hand"))
        sketch.limb([(*shoulder, 0.026), (*elbow, 0.022)], tone(dark))
        sketch.limb([(*elbow, 0.026), (*hand, 0.036)], tone(metal))
        sketch.disc(*shoulder, 0.052, tone(plate))
        sketch.disc(*elbow, 0.03, tone(dark))
        sketch.disc(*hand, 0.037, tone(dark))
    return at


def _robot_body(sketch: Sketch, at: Joints, metal: Colour, plate: Colour, kind: int) -> None:
    (nx, ny), (hx, hy), (x, y) = at["neck"], at["hip"], at["head"]
    dark, shade = (44, 50, 66), mixed(metal, (0, 0, 0), 0.22)
    sketch.limb([(nx, ny + 0.02, 0.028), (x, y, 0.026)], dark)
    sketch.limb([(hx, hy - 0.1, 0.06), (hx, hy, 0.07)], dark)
    sketch.box(hx - 0.075, hy - 0.035, hx + 0.075, hy + 0.045, shade, 0.03)
    chest = [(nx - 0.105, ny + 0.015), (nx + 0.105, ny + 0.015), (nx + 0.115, ny + 0.08), (hx + 0.07, hy - 0.085),
             (hx - 0.07, hy - 0.085),
             (nx - 0.115, ny + 0.08)]  # fmt: skip
    (sketch.polygon if kind == 0 else sketch.smooth)(chest, plate)
    sketch.polygon([(nx + 0.02, ny + 0.02), (nx + 0.1, ny + 0.02), (nx + 0.108, ny + 0.08), (hx + 0.066, hy - 0.09)],
                   mixed(plate, (0, 0, 0), 0.14))  # fmt: skip
    sketch.disc(nx + 0.01, ny + 0.1, 0.036, metal)
    sketch.disc(nx + 0.01, ny + 0.1, 0.023, _GLOW)
    y -= 0.01
    if kind == 0:
        sketch.line([(x - 0.02, y - 0.08), (x - 0.03, y - 0.15)], 0.012, dark)
        sketch.disc(x - 0.03, y - 0.152, 0.018, _GLOW)
        sketch.box(x - 0.09, y - 0.085, x + 0.09, y + 0.07, metal, 0.028)
        sketch.box(x - 0.045, y - 0.045, x + 0.092, y + 0.028, dark, 0.024)
    elif kind == 1:
        sketch.disc(x - 0.075, y, 0.03, plate)
        sketch.disc(x, y - 0.005, 0.088, metal, 0.082)
        sketch.box(x - 0.03, y - 0.04, x + 0.088, y + 0.025, dark, 0.03)
    else:
        sketch.polygon([(x - 0.02, y - 0.13), (x + 0.03, y - 0.07), (x - 0.07, y - 0.06)], plate)
        sketch.smooth([(x - 0.08, y - 0.04), (x - 0.02, y - 0.09), (x + 0.06, y - 0.075), (x + 0.088, y),
                       (x + 0.05, y + 0.07),
                       (x - 0.05, y + 0.065)], metal)  # fmt: skip
        sketch.box(x - 0.01, y - 0.03, x + 0.088, y + 0.018, dark, 0.024)
    for aside in (0.012, 0.056):
        sketch.disc(x + aside, y - 0.009, 0.013, _GLOW)
