#!/usr/bin/python3
"""Writes small image files of many kinds together with the pixels that PIL makes of them.

Needs Pillow and NumPy:  scripts/make-image-fixtures.py OUTPUT.safetensors
For each file there are two uint8 tensors: NAME, its bytes, and NAME.rgb, height x width x 3,
Image.open(file).convert("RGB").
"""

import io
import json
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageCms


def picture(height, width, channels, seed):
    """Smooth colours with some noise, so that JPEG has something to lose."""
    random = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        127 + 90 * np.sin(x / (3.0 + c) + c) * np.cos(y / (4.0 - c / 2) - c) + random.normal(0, 12, x.shape)
        for c in range(channels)
    ]
    pixels = np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)
    return pixels[..., 0] if channels == 1 else pixels


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(pixels, depth, color, extra=b""):
    """A PNG of samples as they are; PIL does not write 16 bits in colour."""
    rows = b"".join(b"\0" + row.astype(">u2" if depth == 16 else "u1").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], depth, color, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def moved(gif, screen, corner, transparent=None):
    """A GIF as PIL saves it, whose screen has another size than its frame."""
    data = bytearray(gif)
    data[6:10] = struct.pack("<HH", *screen)
    frame = data.index(b"\x2c", 13 + (3 << ((data[10] & 7) + 1)))
    data[frame + 1 : frame + 5] = struct.pack("<HH", *corner)
    if transparent is not None:
        data[frame:frame] = b"\x21\xf9\x04\x01\0\0" + bytes([transparent]) + b"\0"
    return bytes(data)


def riff(chunk_list):
    body = b"WEBP" + b"".join(n + struct.pack("<I", len(d)) + d + b"\0" * (len(d) & 1) for n, d in chunk_list)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def chunks(webp):
    at = 12
    while at < len(webp):
        length = struct.unpack_from("<I", webp, at + 4)[0]
        yield webp[at : at + 4], webp[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def animation(still, size, canvas, corner):
    """An animated WebP of one still file, which lies at a corner (even numbers) of the canvas."""
    triple = lambda number: struct.pack("<I", number)[:3]
    place = triple(corner[0] // 2) + triple(corner[1] // 2) + triple(size[0] - 1) + triple(size[1] - 1)
    frame = place + triple(100) + b"\0" + riff([c for c in chunks(still) if c[0] != b"VP8X"])[12:]
    extended = b"\x12\0\0\0" + triple(canvas[0] - 1) + triple(canvas[1] - 1)
    return riff([(b"VP8X", extended), (b"ANIM", b"\xff\x80\x40\xff\0\0"), (b"ANMF", frame), (b"ANMF", frame)])


def files():
    rgb = Image.fromarray(picture(19, 26, 3, 1))
    grey = Image.fromarray(picture(19, 26, 1, 2))
    rgba = Image.fromarray(picture(19, 26, 4, 3), "RGBA")
    cmyk = Image.fromarray(picture(19, 26, 4, 4), "CMYK")
    yield "rgb-444.jpg", saved(rgb, "JPEG", subsampling=0, quality=90)
    yield "rgb-422.jpg", saved(rgb, "JPEG", subsampling=1)
    yield "rgb-420.jpg", saved(rgb, "JPEG", subsampling=2, quality=60)
    yield "progressive.jpg", saved(rgb, "JPEG", progressive=True)
    yield "optimized.jpg", saved(rgb, "JPEG", optimize=True, quality=30)
    yield "grey.jpg", saved(grey, "JPEG")
    yield "grey-progressive.jpg", saved(grey, "JPEG", progressive=True)
    yield "cmyk.jpg", saved(cmyk, "JPEG", quality=90)
    yield "cmyk-progressive.jpg", saved(cmyk, "JPEG", progressive=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "rotated-by-exif.jpg", saved(rgb, "JPEG", exif=exif.tobytes())
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    yield "srgb-profile.jpg", saved(rgb, "JPEG", icc_profile=srgb)
    yield "grey-with-rgb-profile.jpg", saved(grey, "JPEG", icc_profile=srgb)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    yield "lab-profile.jpg", saved(rgb, "JPEG", icc_profile=lab)
    yield "rgb.png", saved(rgb, "PNG")
    yield "srgb-profile.png", saved(rgb, "PNG", icc_profile=srgb)
    yield "grey.png", saved(grey, "PNG")
    yield "rgba.png", saved(rgba, "PNG")
    yield "grey-alpha.png", saved(rgba.convert("LA"), "PNG")
    yield "black-and-white.png", saved(grey.convert("1"), "PNG")
    for bits in (1, 2, 4, 8):
        palette = rgb.quantize(2**bits)
        yield f"palette-{bits}.png", saved(palette, "PNG", bits=bits)
        yield f"palette-{bits}-transparent.png", saved(palette, "PNG", bits=bits, transparency=0)
    for bits in (2, 4):
        grey_bits = picture(19, 26, 1, 5) >> (8 - bits)
        per = 8 // bits
        padded = np.pad(grey_bits, ((0, 0), (0, -26 % per))).reshape(19, -1, per)
        shifts = np.arange(per - 1, -1, -1) * bits
        rows = (padded.astype(int) << shifts).sum(-1).astype(np.uint8)
        body = b"".join(b"\0" + row.tobytes() for row in rows)
        header = struct.pack(">IIBBBBB", 26, 19, bits, 0, 0, 0, 0)
        yield f"grey-{bits}.png", (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(body))
            + chunk(b"IEND", b"")
        )
    wide = np.random.RandomState(6).randint(0, 65536, (19, 26, 4))
    low = np.random.RandomState(7).randint(0, 600, (19, 26))
    yield "grey-16.png", png(low, 16, 0)
    yield "rgb-16.png", png(wide[..., :3].reshape(19, -1).reshape(19, 26, 3), 16, 2)
    yield "grey-alpha-16.png", png(wide[..., :2], 16, 4)
    yield "rgba-16.png", png(wide, 16, 6)
    yield "rgb-transparent-colour.png", png(np.asarray(rgb), 8, 2, chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3)))
    yield "palette.gif", saved(rgb.quantize(64), "GIF")
    yield "interlaced.gif", saved(rgb.quantize(64), "GIF", interlace=1)
    yield "transparent.gif", saved(rgb.quantize(64), "GIF", transparency=3)
    yield "animated.gif", saved(
        rgb.quantize(16), "GIF", save_all=True, append_images=[Image.fromarray(picture(19, 26, 3, 8)).quantize(16)]
    )
    yield "interlaced-3-rows.gif", saved(rgb.crop((0, 0, 26, 3)).quantize(16), "GIF", interlace=1)
    yield "interlaced-2-rows.gif", saved(rgb.crop((0, 0, 26, 2)).quantize(16), "GIF", interlace=1)
    gif = saved(rgb.quantize(64), "GIF", interlace=0)
    yield "part-of-screen.gif", moved(gif, (31, 27), (2, 3))
    yield "part-of-transparent-screen.gif", moved(gif, (31, 27), (5, 0), 7)
    yield "beyond-screen.gif", moved(gif, (20, 20), (4, 5))
    second = Image.fromarray(picture(19, 26, 3, 8))
    yield "animated.png", saved(rgb, "PNG", save_all=True, append_images=[second])
    yield "animated-without-its-first.png", saved(
        rgb, "PNG", save_all=True, append_images=[second], default_image=True
    )
    yield "rgb.bmp", saved(rgb, "BMP")
    yield "palette.bmp", saved(rgb.quantize(256), "BMP")
    yield "grey.bmp", saved(grey, "BMP")
    yield "black-and-white.bmp", saved(grey.convert("1"), "BMP")
    yield "rgb.ppm", saved(rgb, "PPM")
    yield "grey.pgm", saved(grey, "PPM")
    yield "lossy.webp", saved(rgb, "WEBP", quality=70)
    yield "lossless.webp", saved(rgb, "WEBP", lossless=True)
    yield "alpha.webp", saved(rgba, "WEBP", quality=80)
    yield "animated.webp", saved(rgb, "WEBP", save_all=True, append_images=[second], quality=70)
    yield "animated-lossless.webp", saved(rgba, "WEBP", save_all=True, append_images=[second], lossless=True)
    for name, still in (
        ("lossy", saved(rgb, "WEBP", quality=70)),
        ("lossless", saved(rgb, "WEBP", lossless=True)),
        ("alpha", saved(rgba, "WEBP", quality=80)),
    ):
        yield f"part-of-canvas-{name}.webp", animation(still, (26, 19), (33, 30), (4, 6))
    yield "comment.ppm", b"P6 # made by hand\n26\t19\n# and more\n255\n" + rgb.tobytes()
    yield "maximum-100.ppm", b"P6\n26 19\n100\n" + (np.asarray(rgb) % 101).tobytes()
    yield from portable_maps()


def portable_maps():
    random = np.random.RandomState(9)
    for maximum in (255, 100, 1000, 65535):
        colour = random.randint(0, maximum + 1, (7, 11, 3))
        grey = random.randint(0, min(maximum, 400) + 1, (7, 11))  # above 255 PIL makes it white
        for channels, pixels, kinds in ((3, colour, "36"), (1, grey, "25")):
            text = " ".join(str(value) for value in pixels.flatten()).replace(" 1", " # a comment 7\n1", 1)
            kind = "ppm" if channels == 3 else "pgm"
            header = f"11 7\n{maximum}\n"
            yield f"text-{maximum}.{kind}", f"P{kinds[0]}\n{header}{text}\n".encode()
            sample = ">u2" if maximum > 255 else "u1"
            yield f"binary-{maximum}.{kind}", f"P{kinds[1]}\n{header}".encode() + pixels.astype(sample).tobytes()
    bits = random.randint(0, 2, (7, 11))
    yield "text.pbm", b"P1\n# no spaces\n11 7\n" + b"\n".join("".join(map(str, row)).encode() for row in bits)
    yield "binary.pbm", b"P4\n11 7\n" + np.packbits(bits.astype(bool), 1).tobytes()


def write(path, tensors):
    header, offset = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": "U8", "shape": list(array.shape), "data_offsets": [offset, offset + array.size]}
        offset += array.size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for array in tensors.values():
            out.write(np.ascontiguousarray(array).tobytes())


tensors = {}
for name, data in files():
    tensors[name] = np.frombuffer(data, np.uint8)
    tensors[name + ".rgb"] = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
write(sys.argv[1], tensors)
