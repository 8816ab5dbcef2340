"""What every model's card says in the same words: what the labels are worth, uses, bias, licence."""

INTRODUCTION = """\
Looks at an aligned face and says how likely each of CelebA's 40 attributes is, with a calibrated probability, and
gives {features} numbers of unit length that are close for faces that look alike. It is one of the networks of
`facequery`, which searches one's own photographs by what the faces look like. It sees {across} x {down} pixels of
the aligned 178 x 218 face, resized to {size} x {size}; `card.json` holds the mean and standard deviation, the order
of the attributes, the calibration (Platt's) and a threshold for each attribute ({rule}). `model.safetensors` is in
half precision."""

LABELS = """\
## What its labels are worth

The 40 words are annotators' judgement of photographs of strangers. Two people who labelled the same faces again
agreed on at least 95 % for only 12 of the 40 attributes, and for `High_Cheekbones`, `Pointy_Nose` and `Oval_Face`
no more than by chance; up to 40 % of the labels that say there is a beard are wrong, and cleaning changed about 15
% of those of `Mouth_Slightly_Open` (Wu et al., "Consistency and accuracy of CelebA attribute values", CVPRW 2023).
At least a third of all images have a wrong label (Lingenfelter, Davis and Hand, ISVC 2022). In the images used
here, photographs that are twice in the data set contradict themselves on up to 16 % of the pairs, attribute by
attribute (`python benchmarks/label_consistency.py CELEBA`). No figure above can be better than these labels, and a
model that agrees with a label is not thereby right about a face."""

USES = """\
## What it is for, and what not

**For** research without commercial ends, and for searching one's own collection of photographs: an order to look
through, by a person who looks.

**Not for**

- surveillance, or watching, sorting or following people;
- identifying anybody: likeness is not identity;
- decisions about people: work, credit, insurance, housing, schools, borders, police, courts, health;
- concluding what a picture does not show: character, origin, belief, health, orientation, or who somebody is.
  `Male` and `Young` say what an annotator would have ticked, not a person's gender or age; `Attractive` is an
  opinion;
- faces of people who would not want it, and pictures of children."""

BIAS = """\
## Bias

CelebA shows celebrities, most of them young, light-skinned, made up, lit and photographed from the front, and its
labels carry its annotators' taste: `Attractive` goes with `Young`, `Heavy_Makeup` and not `Male`; `Pale_Skin`,
`Big_Nose`, `Big_Lips` and `Narrow_Eyes` are judged against a norm that nobody wrote down. Expect more errors on
older and darker-skinned people, on children, on faces that are turned, covered, small or badly lit, and on pictures
that are framed unlike CelebA's. Where figures by group are known, they stand above."""

LICENCE = """\
## Licence

CelebA's terms allow non-commercial research only, and these weights were trained on it: they are under the same
terms, whatever the program's own licence (MIT) says. Data: Liu, Luo, Wang and Tang, "Deep learning face attributes
in the wild", ICCV 2015."""
