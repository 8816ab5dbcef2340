"""From weights to what they say of faces, by torch or by OpenVINO, on which device. No data set, no label."""
