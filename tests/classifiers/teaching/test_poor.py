from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from classifiers.teaching.poor import badly_lit, compressed, jpeg, noisy, poorer


def drawing(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def smooth(count: int, side: int) -> torch.Tensor:
    """Pictures as smooth as faces are."""
    coarse = torch.rand((count, 3, 6, 6), generator=drawing(1))
    return torch.nn.functional.interpolate(coarse, size=(side, side), mode="bicubic", align_corners=False).clamp(0, 1)


@pytest.mark.parametrize("quality", [10, 30, 55])
def test_a_compressed_face_is_as_pillow_would_have_it(quality: int) -> None:
    faces = (smooth(4, 48) * 255).round() / 255
    found = jpeg(faces, torch.full((4, 1, 1, 1), float(quality)))
    for face, mine in zip(faces, found, strict=True):
        kept = BytesIO()
        pixels = (face * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
        Image.fromarray(pixels).save(kept, "JPEG", quality=quality, subsampling=0)
        with Image.open(kept) as image:
            theirs = torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255
        lost = (theirs - face).abs().mean()
        assert (mine - face).abs().mean() == pytest.approx(float(lost), rel=0.05)
        assert (mine - theirs).abs().mean() < 0.6 * lost  # it rounds a little otherwise


def test_the_first_are_poor_and_the_others_stay() -> None:
    faces = smooth(40, 80)
    seen = poorer(faces, 0.5, np.random.default_rng(0), drawing(0))
    assert seen.shape == faces.shape and torch.equal(seen[20:], faces[20:])
    changed = (seen[:20] - faces[:20]).abs().mean((1, 2, 3))
    assert (changed > 0).all() and changed[8:12].mean() > 3 * changed[:8].mean()  # noise
    assert seen.min() >= 0 and seen.max() < 1.0001
    again = poorer(faces, 0.5, np.random.default_rng(0), drawing(0))
    assert torch.equal(again, seen)
    assert not torch.equal(poorer(faces, 0.5, np.random.default_rng(0), drawing(1)), seen)


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_too_few_for_every_kind_stay_as_they_are(share: float) -> None:
    faces = smooth(16, 24)
    assert poorer(faces, share, np.random.default_rng(0), drawing(0)) is faces


def test_each_has_noise_of_its_own() -> None:
    noise = (noisy(torch.full((200, 3, 16, 16), 0.5), drawing(0)) - 0.5).std((1, 2, 3))
    assert 0.015 < noise.min() < 0.03 and 0.09 < noise.max() < 0.11


def test_bad_light_is_grey_tinted_shaded_and_of_its_own_strength() -> None:
    plain = torch.tensor([0.6, 0.5, 0.4]).view(1, 3, 1, 1).expand(2000, 3, 8, 8)
    seen = badly_lit(plain, drawing(0))
    assert torch.equal(seen, badly_lit(plain, drawing(0))) and seen.min() > 0 and seen.max() <= 1
    shaded = seen.mean(1).std((1, 2)) > 1e-4
    assert 0.1 < shaded.float().mean() < 0.2
    colours = seen[~shaded][:, :, 0, 0]
    spread = colours.amax(1) - colours.amin(1)
    assert 0.01 < (spread < 0.06).float().mean() < 0.12  # grey, if a little tinted
    lightness = colours[:, 1].log() / torch.tensor(0.5).log()
    assert 0.12 < lightness.log().std() < 0.2
    assert 0.4 < colours[:, 1].mean() < 0.6


def test_any_size_is_compressed() -> None:
    assert compressed(smooth(2, 37), drawing(0)).shape == (2, 3, 37, 37)
