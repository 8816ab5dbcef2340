"""A folder of photographs -> the library. It asks no questions of it, and only reads the photographs."""
