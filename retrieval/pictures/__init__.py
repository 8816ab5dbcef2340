"""The bytes of a picture -> its upright pixels in sRGB, at a bounded cost. It knows no file, no face and no library."""
