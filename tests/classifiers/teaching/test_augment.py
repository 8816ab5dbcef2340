import pytest
import torch

from classifiers.teaching.augment import augmented, coarse, erased, mirrored, relit, resized, views


def drawing(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noise(count: int, side: int = 48) -> torch.Tensor:
    return torch.randint(0, 256, (count, side, side, 3), dtype=torch.uint8, generator=drawing(0))


def test_a_face_keeps_its_size_range_and_memory_of_its_own() -> None:
    faces = noise(6)
    before = faces.clone()
    seen = augmented(faces, 32, drawing(1))
    assert seen.shape == (6, 3, 32, 32)
    assert 0 <= seen.min() < seen.max() <= 1
    assert (faces == before).all()


def test_the_same_seed_changes_a_face_in_the_same_way_and_another_seed_otherwise() -> None:
    first, again, other = (augmented(noise(4), 32, drawing(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_face_does_not_depend_on_the_others_pixels() -> None:
    faces = noise(4)
    others = faces.clone()
    others[1:] = 0
    one, two = (augmented(f, 32, drawing(1))[0] for f in (faces, others))
    assert torch.allclose(one, two)


def test_half_of_the_views_are_mirrored_and_all_stay_near_the_face() -> None:
    maps = views(2000, drawing(0))
    mirrored = (torch.linalg.det(maps[:, :, :2]) < 0).float().mean()
    assert 0.45 < mirrored < 0.55
    assert maps[:, :, 2].abs().max() <= 0.14
    side = torch.linalg.det(maps[:, :, :2]).abs().sqrt()
    assert side.min() >= 0.81
    assert side.max() <= 1.07


def test_views_are_stretched_a_little_and_turned_a_little() -> None:
    maps = views(2000, drawing(0))
    across, down = maps[:, :, 0].norm(dim=1), maps[:, :, 1].norm(dim=1)
    stretched = across / down
    assert 0.9 < stretched.min() < 0.93 and 1.08 < stretched.max() < 1.11
    turned = torch.atan2(-maps[:, 0, 1], maps[:, 1, 1]).rad2deg().abs()
    assert 7.5 < turned.max() <= 8.01


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_light_leaves_a_grey_face_grey(grey: float) -> None:
    lit = relit(torch.full((8, 3, 4, 4), grey), drawing(0))
    assert torch.allclose(lit, lit.mean((1, 2, 3), keepdim=True).expand_as(lit), atol=1e-6)


def test_mirroring_changes_nothing_else() -> None:
    faces = noise(40, 4)
    as_they_are = faces.permute(0, 3, 1, 2) / 255
    seen = mirrored(faces, drawing(3))
    same = (seen == as_they_are).flatten(1).all(1)
    assert (same | (seen == as_they_are.flip(3)).flatten(1).all(1)).all()
    assert 8 < same.sum() < 32


def test_some_faces_become_coarse_and_the_others_stay() -> None:
    faces = torch.rand(20, 3, 64, 64, generator=drawing(0))
    seen = coarse(faces, 0.1, 28)
    assert torch.equal(seen[2:], faces[2:])
    detail = [(x[..., 1:] - x[..., :-1]).abs().mean() for x in (seen[:2], faces[:2])]
    assert detail[0] < detail[1] / 2
    assert seen.shape == faces.shape
    assert torch.equal(coarse(faces, 0.1, 64), faces) and torch.equal(coarse(faces, 0.0, 28), faces)


def test_erased_squares_have_one_colour_lie_inside_and_are_on_some_faces_only() -> None:
    faces = torch.full((400, 3, 32, 32), -1.0)
    seen = erased(faces, 0.25, drawing(0))
    hit = (seen != -1).any(1)
    assert 60 < hit.flatten(1).any(1).sum() < 140
    for face, where in zip(seen, hit, strict=True):
        if where.any():
            rows, columns = where.any(1).nonzero(), where.any(0).nonzero()
            assert where.sum() == len(rows) * len(columns)
            assert abs(len(rows) - len(columns)) <= 1 and 3 <= len(rows) <= 11
            assert (face[:, where] == face[:, where][:, :1]).all()
    assert torch.equal(erased(faces, 0.0, drawing(0)), faces)


def test_a_face_is_resized_into_memory_of_its_own() -> None:
    faces = torch.rand(2, 3, 32, 32)
    same, smaller = resized(faces, 32), resized(faces, 16)
    assert torch.equal(same, faces) and same.data_ptr() != faces.data_ptr()
    assert smaller.shape == (2, 3, 16, 16) and 0 <= smaller.min() <= smaller.max() <= 1
