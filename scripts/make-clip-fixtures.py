#!/usr/bin/python3
"""Makes the fixtures of the CLIP backbone and its tokenizer, from the published definition written out plainly.

    /usr/bin/python3 scripts/make-clip-fixtures.py plugins/backbones-clip/src/test/resources/org/reprise/backbones/clip

Written with torch 1.13 (Debian), which libtorch 2.10's uniform random stream equals: the files hold no weights, only
how to draw them (metadata `weights`: name, shape, factor, offset; value = offset + factor * (2 u - 1), u the next
values of torch.rand in order after manual_seed(metadata `seed`)) and what the network makes of them, in float64.
"""
import collections
import gzip
import html
import json
import math
import pathlib
import random
import sys
import unicodedata

import numpy as np
import torch

SEED = 20240611


# ---- parameters, in OpenAI's names

def linear(name, out, inp):
    return [(name + ".weight", [out, inp], math.sqrt(3 / inp), 0.0), (name + ".bias", [out], 0.1, 0.0)]


def norm(name, width):
    return [(name + ".weight", [width], 0.2, 1.0), (name + ".bias", [width], 0.1, 0.0)]


def blocks(prefix, width, layers):
    made = []
    for i in range(layers):
        at = f"{prefix}.resblocks.{i}"
        made += norm(at + ".ln_1", width) + norm(at + ".ln_2", width)
        made += [(at + ".attn.in_proj_weight", [3 * width, width], math.sqrt(3 / width), 0.0),
                 (at + ".attn.in_proj_bias", [3 * width], 0.1, 0.0)]
        made += linear(at + ".attn.out_proj", width, width)
        made += linear(at + ".mlp.c_fc", 4 * width, width) + linear(at + ".mlp.c_proj", width, 4 * width)
    return made


def text_tower(width, layers, context, vocabulary, embed):
    return ([("token_embedding.weight", [vocabulary, width], 0.5, 0.0),
             ("positional_embedding", [context, width], 0.3, 0.0)]
            + blocks("transformer", width, layers) + norm("ln_final", width)
            + [("text_projection", [width, embed], math.sqrt(3 / width), 0.0), ("logit_scale", [], 0.0, 3.0)])


def vision_transformer(width, layers, patch, grid, embed):
    return ([("visual.conv1.weight", [width, 3, patch, patch], math.sqrt(3 / (3 * patch * patch)), 0.0),
             ("visual.class_embedding", [width], 0.5, 0.0),
             ("visual.positional_embedding", [grid * grid + 1, width], 0.5, 0.0)]
            + norm("visual.ln_pre", width) + blocks("visual.transformer", width, layers)
            + norm("visual.ln_post", width) + [("visual.proj", [width, embed], math.sqrt(3 / width), 0.0)])


def conv_bn(conv, bn, out, inp, kernel):
    return ([(conv + ".weight", [out, inp, kernel, kernel], math.sqrt(3 / (inp * kernel * kernel)), 0.0)]
            + norm(bn, out) + [(bn + ".running_mean", [out], 0.1, 0.0), (bn + ".running_var", [out], 0.3, 1.0)])


def residual_network(width, layers, grid, embed):
    made = (conv_bn("visual.conv1", "visual.bn1", width // 2, 3, 3)
            + conv_bn("visual.conv2", "visual.bn2", width // 2, width // 2, 3)
            + conv_bn("visual.conv3", "visual.bn3", width, width // 2, 3))
    channels = width
    for stage, count in enumerate(layers):
        planes = width * 2 ** stage
        for block in range(count):
            at = f"visual.layer{stage + 1}.{block}"
            made += (conv_bn(at + ".conv1", at + ".bn1", planes, channels, 1)
                     + conv_bn(at + ".conv2", at + ".bn2", planes, planes, 3)
                     + conv_bn(at + ".conv3", at + ".bn3", 4 * planes, planes, 1))
            if block == 0:  # all first blocks change the number of channels
                made += conv_bn(at + ".downsample.0", at + ".downsample.1", 4 * planes, channels, 1)
            channels = 4 * planes
    pool = "visual.attnpool"
    return (made + [(pool + ".positional_embedding", [grid * grid + 1, channels], 0.5, 0.0)]
            + linear(pool + ".q_proj", channels, channels) + linear(pool + ".k_proj", channels, channels)
            + linear(pool + ".v_proj", channels, channels) + linear(pool + ".c_proj", embed, channels))


def draw(spec, steps=0):
    """With steps the values are rounded to multiples of 1 / steps, which half precision holds exactly."""
    torch.manual_seed(SEED)
    weights = {}
    for name, shape, factor, offset in spec:
        u = torch.rand(shape, dtype=torch.float32)
        value = offset + factor * (2 * u - 1)
        weights[name] = ((value * steps).round() / steps if steps else value).double()
    return weights


# ---- the network, written out

def layer_norm(x, w, name):
    mean = x.mean(-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(-1, keepdim=True)
    return (x - mean) / (variance + 1e-5).sqrt() * w[name + ".weight"] + w[name + ".bias"]


def attend(q, k, v, heads, mask=None):
    n, lq, width = q.shape
    d = width // heads
    q, k, v = (t.reshape(n, t.shape[1], heads, d).transpose(1, 2) for t in (q, k, v))
    scores = q @ k.transpose(-1, -2) / math.sqrt(d)
    if mask is not None:
        scores = scores + mask
    scores = scores - scores.max(-1, keepdim=True).values
    p = scores.exp()
    p = p / p.sum(-1, keepdim=True)
    return (p @ v).transpose(1, 2).reshape(n, lq, width)


def transformer(x, w, prefix, heads, mask=None):
    i = 0
    while f"{prefix}.resblocks.{i}.ln_1.weight" in w:
        at = f"{prefix}.resblocks.{i}"
        h = layer_norm(x, w, at + ".ln_1")
        q, k, v = (h @ w[at + ".attn.in_proj_weight"].t() + w[at + ".attn.in_proj_bias"]).chunk(3, -1)
        a = attend(q, k, v, heads, mask)
        x = x + a @ w[at + ".attn.out_proj.weight"].t() + w[at + ".attn.out_proj.bias"]
        h = layer_norm(x, w, at + ".ln_2") @ w[at + ".mlp.c_fc.weight"].t() + w[at + ".mlp.c_fc.bias"]
        h = h / (1 + (-1.702 * h).exp())
        x = x + h @ w[at + ".mlp.c_proj.weight"].t() + w[at + ".mlp.c_proj.bias"]
        i += 1
    return x


def encode_vit(image, w):
    patch = w["visual.conv1.weight"].shape[-1]
    width = w["visual.conv1.weight"].shape[0]
    n, _, size, _ = image.shape
    g = size // patch
    cut = image.reshape(n, 3, g, patch, g, patch).permute(0, 2, 4, 1, 3, 5).reshape(n, g * g, -1)
    x = cut @ w["visual.conv1.weight"].reshape(width, -1).t()
    x = torch.cat([w["visual.class_embedding"].expand(n, 1, width), x], 1) + w["visual.positional_embedding"]
    x = transformer(layer_norm(x, w, "visual.ln_pre"), w, "visual.transformer", width // 64)
    return layer_norm(x[:, 0], w, "visual.ln_post") @ w["visual.proj"]


def encode_rn(image, w):
    def cb(x, conv, bn, stride=1):
        k = w[conv + ".weight"]
        x = torch.nn.functional.conv2d(x, k, stride=stride, padding=k.shape[-1] // 2)
        s = lambda t: w[f"{bn}.{t}"].reshape(1, -1, 1, 1)
        return (x - s("running_mean")) / (s("running_var") + 1e-5).sqrt() * s("weight") + s("bias")

    def half(x):
        n, c, h, v = x.shape
        return x.reshape(n, c, h // 2, 2, v // 2, 2).mean((3, 5))

    x = cb(image, "visual.conv1", "visual.bn1", 2).clamp(min=0)
    x = cb(x, "visual.conv2", "visual.bn2").clamp(min=0)
    x = half(cb(x, "visual.conv3", "visual.bn3").clamp(min=0))
    for stage in (1, 2, 3, 4):
        block = 0
        while f"visual.layer{stage}.{block}.conv1.weight" in w:
            at = f"visual.layer{stage}.{block}"
            down = stage > 1 and block == 0
            y = cb(x, at + ".conv1", at + ".bn1").clamp(min=0)
            y = cb(y, at + ".conv2", at + ".bn2").clamp(min=0)
            y = cb(half(y) if down else y, at + ".conv3", at + ".bn3")
            if block == 0:
                x = cb(half(x) if down else x, at + ".downsample.0", at + ".downsample.1")
            x = (x + y).clamp(min=0)
            block += 1
    x = x.flatten(2).transpose(1, 2)
    x = torch.cat([x.mean(1, keepdim=True), x], 1) + w["visual.attnpool.positional_embedding"]
    p = lambda name, t: t @ w[f"visual.attnpool.{name}.weight"].t() + w[f"visual.attnpool.{name}.bias"]
    a = attend(p("q_proj", x), p("k_proj", x), p("v_proj", x), x.shape[-1] // 64)
    return p("c_proj", a)[:, 0]


def encode_text(tokens, w):
    x = w["token_embedding.weight"][tokens] + w["positional_embedding"]
    context, width = w["positional_embedding"].shape
    mask = torch.full((context, context), -math.inf, dtype=torch.float64).triu(1)
    x = layer_norm(transformer(x, w, "transformer", width // 64, mask), w, "ln_final")
    return x[torch.arange(len(tokens)), tokens.argmax(-1)] @ w["text_projection"]


def huggingface(spec):
    """Hugging Face's names: name -> [OpenAI's name, third of the rows or -1, transposed]."""
    names = {}
    for name, _, _, _ in spec:
        tower, rest = ("vision_model", name[len("visual."):]) if name.startswith("visual.") else ("text_model", name)
        simple = {"conv1.weight": "embeddings.patch_embedding.weight", "class_embedding": "embeddings.class_embedding",
                  "positional_embedding": "embeddings.position_embedding.weight",
                  "token_embedding.weight": "embeddings.token_embedding.weight"}
        if rest == "logit_scale":
            names["logit_scale"] = [name, -1, False]
        elif rest in ("proj", "text_projection"):
            names[("visual" if rest == "proj" else "text") + "_projection.weight"] = [name, -1, True]
        elif rest in simple:
            names[f"{tower}.{simple[rest]}"] = [name, -1, False]
        elif rest.startswith("ln_"):
            kind = {"ln_pre": "pre_layrnorm", "ln_post": "post_layernorm", "ln_final": "final_layer_norm"}
            norm_name, part = rest.split(".")
            names[f"{tower}.{kind[norm_name]}.{part}"] = [name, -1, False]
        else:
            _, _, layer, rest = rest.split(".", 3)
            at = f"{tower}.encoder.layers.{layer}"
            if rest.startswith("attn.in_proj_"):
                for third, letter in enumerate("qkv"):
                    names[f"{at}.self_attn.{letter}_proj.{rest[len('attn.in_proj_'):]}"] = [name, third, False]
            else:
                for old, new in (("ln_1", "layer_norm1"), ("ln_2", "layer_norm2"), ("attn.out_proj", "self_attn.out_proj"),
                                 ("mlp.c_fc", "mlp.fc1"), ("mlp.c_proj", "mlp.fc2")):
                    if rest.startswith(old):
                        names[f"{at}.{new}{rest[len(old):]}"] = [name, -1, False]
    return names


def save_safetensors(path, tensors, metadata):
    header, data, at = {"__metadata__": metadata}, [], 0
    kinds = {"float32": "F32", "int64": "I64"}
    for name, array in tensors.items():
        array = np.ascontiguousarray(array)
        header[name] = {"dtype": kinds[str(array.dtype)], "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
        data.append(array.tobytes())
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(data))


def model_fixture(path, spec, encode_image, size, tokens, steps=0):
    w = draw(spec, steps)
    torch.manual_seed(SEED + 1)
    image = ((2 * torch.rand([2, 3, size, size], dtype=torch.float32) - 1) * 2).double().requires_grad_(True)
    image_features = encode_image(image, w)
    text_features = encode_text(tokens, w)
    unit = lambda t: t / t.norm(dim=-1, keepdim=True)
    logits = w["logit_scale"].exp() * unit(image_features) @ unit(text_features).t()
    torch.manual_seed(SEED + 2)
    direction = 2 * torch.rand(list(logits.shape), dtype=torch.float32) - 1
    (logits * direction.double()).sum().backward()
    result = {"tokens": tokens.numpy()}
    for name, value in (("image_features", image_features), ("text_features", text_features), ("logits", logits),
                        ("direction", direction), ("gradient", image.grad)):
        result[name] = value.detach().float().numpy()
    save_safetensors(path, result, {
        "seed": str(SEED), "image_seed": str(SEED + 1), "image_factor": "2.0",
        **({"steps": str(steps)} if steps else {}), "weights": json.dumps(spec), "huggingface": json.dumps(huggingface(spec) if "visual.proj" in w else {})})
    print(path, path.stat().st_size, "bytes; logits", logits.detach().numpy().round(3).tolist())


# ---- the same as a TorchScript archive, as OpenAI publishes its models: traced, mostly in half precision

class QuickGelu(torch.nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.attn = torch.nn.MultiheadAttention(width, width // 64)
        self.ln_1 = torch.nn.LayerNorm(width)
        self.mlp = torch.nn.Sequential(collections.OrderedDict(
            c_fc=torch.nn.Linear(width, 4 * width), gelu=QuickGelu(), c_proj=torch.nn.Linear(4 * width, width)))
        self.ln_2 = torch.nn.LayerNorm(width)

    def forward(self, x, mask=None):
        h = self.ln_1(x)
        x = x + self.attn(h, h, h, need_weights=False, attn_mask=mask)[0]
        return x + self.mlp(self.ln_2(x))


class Transformer(torch.nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.resblocks = torch.nn.ModuleList(Block(width) for _ in range(layers))

    def forward(self, x, mask=None):  # [N,L,D]; torch's attention wants [L,N,D]
        x = x.transpose(0, 1)
        for block in self.resblocks:
            x = block(x, mask)
        return x.transpose(0, 1)


class Visual(torch.nn.Module):
    def __init__(self, w, layers):
        super().__init__()
        width, _, patch, _ = w["visual.conv1.weight"].shape
        self.class_embedding = torch.nn.Parameter(w["visual.class_embedding"].float())
        self.positional_embedding = torch.nn.Parameter(w["visual.positional_embedding"].float())
        self.proj = torch.nn.Parameter(w["visual.proj"].float())
        self.conv1 = torch.nn.Conv2d(3, width, patch, patch, bias=False)
        self.ln_pre = torch.nn.LayerNorm(width)
        self.transformer = Transformer(width, layers)
        self.ln_post = torch.nn.LayerNorm(width)

    def forward(self, x):
        x = self.conv1(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_embedding.expand(x.shape[0], 1, -1), x], 1) + self.positional_embedding
        return self.ln_post(self.transformer(self.ln_pre(x))[:, 0]) @ self.proj


class Clip(torch.nn.Module):
    def __init__(self, w, size, layers):
        super().__init__()
        context, width = w["positional_embedding"].shape
        vocabulary = w["token_embedding.weight"].shape[0]
        self.positional_embedding = torch.nn.Parameter(w["positional_embedding"].float())
        self.text_projection = torch.nn.Parameter(w["text_projection"].float())
        self.logit_scale = torch.nn.Parameter(w["logit_scale"].float())
        for name, value in (("input_resolution", size), ("context_length", context), ("vocab_size", vocabulary)):
            self.register_buffer(name, torch.tensor(value))
        self.visual = Visual(w, layers)
        self.transformer = Transformer(width, layers)
        self.token_embedding = torch.nn.Embedding(vocabulary, width)
        self.ln_final = torch.nn.LayerNorm(width)

    def forward(self, image, text):
        context = self.positional_embedding.shape[0]
        mask = torch.full((context, context), -math.inf).triu(1)
        x = self.token_embedding(text) + self.positional_embedding
        x = self.ln_final(self.transformer(x, mask))
        x = x[torch.arange(text.shape[0]), text.argmax(-1)] @ self.text_projection
        unit = lambda t: t / t.norm(dim=-1, keepdim=True)
        return self.logit_scale.exp() * unit(self.visual(image)) @ unit(x).t()


def torchscript_fixture(path, spec, size, layers, tokens, steps):
    w = draw(spec, steps)
    model = Clip(w, size, layers).eval()
    buffers = dict(model.named_buffers())
    model.load_state_dict({**{name: value.float() for name, value in w.items()}, **buffers})
    with torch.no_grad():
        traced = torch.jit.trace(model, (torch.zeros(2, 3, size, size), tokens))
    for name, parameter in traced.named_parameters():
        norm_or_table = ".ln_" in name or name.startswith("ln_") or "embedding" in name or name == "logit_scale"
        if not norm_or_table or name == "visual.class_embedding":
            parameter.data = parameter.data.half()
    traced.save(str(path))
    print(path, path.stat().st_size, "bytes;", len(w), "weights")


# ---- the tokenizer, written out without regular expressions

def byte_letters():
    shown = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters, extra = {}, 0
    for b in shown:
        letters[b] = chr(b)
    for b in range(256):
        if b not in letters:
            letters[b] = chr(256 + extra)
            extra += 1
    # order of the vocabulary: the shown bytes first, then the others
    return letters, [letters[b] for b in shown] + [letters[b] for b in range(256) if b not in shown]


def words(text):
    found, i = [], 0
    category = lambda c: "s" if c.isspace() else {"L": "l", "N": "n"}.get(unicodedata.category(c)[0], "o")
    while i < len(text):
        for special in ("<|startoftext|>", "<|endoftext|>", "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"):
            if text.startswith(special, i):
                found.append(special)
                i += len(special)
                break
        else:
            kind = category(text[i])
            j = i + 1
            if kind in "lo":
                while j < len(text) and category(text[j]) == kind:
                    j += 1
            if kind != "s":
                found.append(text[i:j])
            i = j
    return found


def tokenize(text, ids, ranks, letters):
    text = html.unescape(html.unescape(text)).strip()
    text = " ".join(text.split()).lower()
    out = []
    for word in words(text):
        if word in ("<|startoftext|>", "<|endoftext|>"):
            out.append(ids[word])
            continue
        parts = [letters[b] for b in word.encode("utf-8")]
        parts[-1] += "</w>"
        while len(parts) > 1:
            best = min(range(len(parts) - 1), key=lambda i: (ranks.get((parts[i], parts[i + 1]), math.inf), i))
            pair = (parts[best], parts[best + 1])
            if pair not in ranks:
                break
            joined, i = [], 0
            while i < len(parts):
                if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
                    joined.append(parts[i] + parts[i + 1])
                    i += 2
                else:
                    joined.append(parts[i])
                    i += 1
            parts = joined
        out += [ids[p] for p in parts]
    return out


SENTENCES = ["This is a photo of a red circle.", "a photo of a blue square", "a {} in a video game.", "it's the dog's ball",
             "aquarium fish", "sweet peppers", "a low resolution photo of the traffic light"]


def vocabulary_fixture(folder):
    letters, alphabet = byte_letters()
    corpus = [w for s in SENTENCES * 3 for w in words(s.lower())]
    split = [[letters[b] for b in w.encode()] for w in corpus]
    for parts in split:
        parts[-1] += "</w>"
    merges = []
    while len(merges) < 90:
        counts = {}
        for parts in split:
            for pair in zip(parts, parts[1:]):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            break
        best = max(sorted(counts), key=lambda p: counts[p])
        merges.append(best)
        for k, parts in enumerate(split):
            i, joined = 0, []
            while i < len(parts):
                if i + 1 < len(parts) and (parts[i], parts[i + 1]) == best:
                    joined.append(parts[i] + parts[i + 1])
                    i += 2
                else:
                    joined.append(parts[i])
                    i += 1
            split[k] = joined
    tokens = alphabet + [a + "</w>" for a in alphabet] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    ids = {t: i for i, t in enumerate(tokens)}
    ranks = {m: i for i, m in enumerate(merges)}
    lines = "#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n"
    with gzip.GzipFile(folder / "bpe_small.txt.gz", "wb", mtime=0) as out:
        out.write(lines.encode("utf-8"))
    (folder / "tokenizer_small.json").write_text(json.dumps(
        {"version": "1.0", "added_tokens": [{"id": ids[t], "content": t, "special": True} for t in tokens[-2:]],
         "normalizer": {"type": "Lowercase"},
         "model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": ids, "merges": [" ".join(m) for m in merges]}},
        ensure_ascii=False))
    rng = random.Random(7)
    texts = SENTENCES + ["", "   ", "A  B\tC\nD", "&amp;lt; rock &amp;amp; roll", "caf\u00e9 na\u00efve \u00dcber", "\u65e5\u672c\u8a9e 42",
                         "don't we'll they're I'm I'd I've", "x<|endoftext|>y", "a_b-c/d...!?", "1234 v2.0", "\u03a3\u0391\u03a3 \u0130",
                         "emoji \U0001f600!", "hen-of-the-woods", "Gila monster (animal)"]
    letters_pool = list("abcdefghijklmnopqrstuvwxyzABC  '.,-_0123456789") + ["\u00e9", "\u00df", "\u4e16", "\U0001f438", "\u00a0"]
    texts += ["".join(rng.choice(letters_pool) for _ in range(rng.randint(1, 40))) for _ in range(200)]
    (folder / "tokens_small.json").write_text(json.dumps(
        [{"text": t, "tokens": tokenize(t, ids, ranks, letters)} for t in texts]))
    print(len(merges), "merges;", len(texts), "texts")
    return ids, ranks, letters


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    ids, ranks, letters = vocabulary_fixture(folder)
    start, end = ids["<|startoftext|>"], ids["<|endoftext|>"]
    rows = []
    for text in SENTENCES[:5]:
        tokens = [start] + tokenize(text, ids, ranks, letters) + [end]
        rows.append(tokens + [0] * (77 - len(tokens)))
    tokens = torch.tensor(rows)
    text = text_tower(64, 2, 77, len(ids), 32)
    model_fixture(folder / "clip_vit.safetensors", vision_transformer(128, 3, 8, 4, 32) + text, encode_vit, 32, tokens)
    model_fixture(folder / "clip_rn.safetensors", residual_network(8, [1, 2, 1, 1], 2, 32) + text, encode_rn, 64, tokens)
    short = torch.tensor([[0, 5, 3, 11, 0, 0, 0, 0], [0, 7, 7, 2, 9, 11, 0, 0], [0, 1, 11, 0, 0, 0, 0, 0]])
    small = vision_transformer(64, 1, 8, 2, 16) + text_tower(64, 1, 8, 12, 16)
    model_fixture(folder / "clip_small.safetensors", small, encode_vit, 16, short, steps=32)
    torchscript_fixture(folder / "clip_small.pt", small, 16, 1, short, steps=32)


main()
