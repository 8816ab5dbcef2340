"""The functions that SQLite gets from Python with every connection: PostgreSQL keeps them in the database. They mean
the same there, but for accents that only one of the two knows yet, and for the last bit of a logarithm or a sine.
"""

from alembic import op

from migrations.kinds import on_postgresql

revision = "0010"
down_revision = "0009"


# PostgreSQL calls a number that is too small for its kind an error. So what is added and taken away again here makes 0
# of what is smaller than any that are kept, and leaves the others as they are.

COMPOSED = """
CREATE FUNCTION composed(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN normalize(name, NFC)
"""

MOVED = """
CREATE FUNCTION moved(p real, shift double precision, slope double precision) RETURNS real
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p > 0 AND p < 1 THEN
    (1 / (1 + exp(least(700, greatest(-700,
        -(least(1e308, greatest(-1e308, shift))
            + least(1e305, greatest(1e-300, slope)) * ln(p::double precision / (1 - p::double precision)))))))
        + 6.310887241768095e-30 - 6.310887241768095e-30)::real  -- 2 to the power of -97
    ELSE p END
"""

METRES = """
CREATE FUNCTION metres(
    latitude double precision, longitude double precision, north double precision, east double precision
) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN north IS NULL OR east IS NULL THEN NULL ELSE
    12742017.6::double precision * asin(sqrt(least(1, greatest(0,
        sin((radians(north + 1e-60 - 1e-60) - radians(latitude + 1e-60 - 1e-60)) / 2) ^ 2
        + cos(radians(latitude + 1e-60 - 1e-60)) * cos(radians(north + 1e-60 - 1e-60))
            * sin(radians((east + 1e-60 - 1e-60) - (longitude + 1e-60 - 1e-60)) / 2) ^ 2))))
    END
"""

# A path is compared as text, with its accents composed. A byte that is not UTF-8 counts as a character there: Python
# has surrogates for them, which PostgreSQL does not allow, so the last 128 characters of Unicode, which nobody uses,
# are taken for them, and one before these for a NUL. To see which bytes are meant, they are written as PostgreSQL
# escapes them: as \ooo if they are not of ASCII.

LATER = r"\\2[0-7]{2}"  # any byte of a character but the first
LETTER = "|".join(
    (
        rf"\\3(?:0[2-7]|[1-3][0-7]){LATER}",
        rf"\\340\\2[4-7][0-7]{LATER}",
        rf"\\3(?:4[1-7]|5[0-4]|5[67]){LATER}{LATER}",
        rf"\\355\\2[0-3][0-7]{LATER}",
        rf"\\360\\2[2-7][0-7]{LATER}{LATER}",
        rf"\\36[1-3]{LATER}{LATER}{LATER}",
        rf"\\364\\2[01][0-7]{LATER}{LATER}",
    )
)

PATH_LETTERS = rf"""
CREATE FUNCTION path_letters(path bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN normalize(CASE
    WHEN encode(path, 'escape') ~ '^(?:[^\\]|\\\\|{LETTER})*$' THEN convert_from(path, 'UTF8')
    ELSE (
        SELECT string_agg(CASE
            WHEN part[1] ~ '^\\[0-7]{{3}}$' THEN chr(1113856 + get_byte(decode(part[1], 'escape'), 0))
            ELSE convert_from(decode(part[1], 'escape'), 'UTF8') END, '' ORDER BY place)
        FROM regexp_matches(encode(path, 'escape'), '({LETTER}|\\[0-7]{{3}}|[^\\]+|\\\\)', 'g')
            WITH ORDINALITY AS found(part, place)
    ) END, NFC)
"""

PATH_TEXT = """
CREATE FUNCTION path_text(path bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN octet_length(encode(path, 'escape')) = octet_length(path) THEN encode(path, 'escape')  -- as most: of ASCII
    ELSE path_letters(path) END
"""

# What Python's fnmatch makes of a pattern. Its characters are numbers here, as Python has them: those of bytes that are
# not UTF-8 from 56448 on. All but wildcards are written as escapes, so that nothing else has a meaning.

PATH_RANGE = r"""
CREATE FUNCTION path_range(first integer, last integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(string_agg(
        CASE WHEN a < b THEN '\U' || lpad(to_hex(a), 8, '0') || '-' ELSE '' END || '\U' || lpad(to_hex(b), 8, '0'), ''
    ), '')
    FROM (VALUES
        (CASE WHEN first = 0 THEN 1113856 END, 1113856),
        (greatest(first, 1), least(last, 55295)),
        (greatest(first, 56448) + 1057536, least(last, 56575) + 1057536),
        (greatest(first, 57344), last)
    ) AS part(a, b)
    WHERE a <= b
)
"""

PATH_SET = r"""
CREATE FUNCTION path_set(parts integer[]) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    place integer := CASE WHEN parts[1] = 33 THEN 3 ELSE 2 END;
    following integer;
    inside text := '';
BEGIN
    WHILE place < cardinality(parts) LOOP  -- a hyphen between two characters makes a range, and is -45 from here on
        IF parts[place] = 45 THEN
            parts[place] := -45;
            place := place + 2;
        END IF;
        place := place + 1;
    END LOOP;
    FOR place IN REVERSE cardinality(parts) - 1 .. 2 LOOP  -- a range of no character is left out
        IF parts[place] = -45 AND parts[place - 1] > parts[place + 1] THEN
            parts := parts[:place - 2] || parts[place + 2:];
        END IF;
    END LOOP;
    IF cardinality(parts) = 0 THEN
        RETURN '[^\U00000001-\U0010ffff]';
    ELSIF parts = ARRAY[33] THEN
        RETURN '.';
    END IF;
    place := CASE WHEN parts[1] = 33 THEN 2 ELSE 1 END;
    WHILE place <= cardinality(parts) LOOP
        following := CASE WHEN parts[place + 1] = -45 THEN 2 ELSE 0 END;
        inside := inside || path_range(abs(parts[place]), abs(parts[place + following]));
        place := place + following + 1;
    END LOOP;
    RETURN CASE WHEN parts[1] = 33 THEN '[^' ELSE '[' END || inside || ']';
END $$
"""

PATH_EXPRESSION = r"""
CREATE FUNCTION path_expression(pattern text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
    whole text := CASE WHEN right(pattern, 1) = '/' THEN pattern || '*' ELSE pattern END;
    parts integer[] := ARRAY(
        SELECT CASE WHEN code < 1113856 THEN code WHEN code = 1113856 THEN 0 ELSE code - 1057536 END
        FROM unnest(string_to_array(whole, NULL)) WITH ORDINALITY AS part(one, place), ascii(one) AS code
        ORDER BY place
    );
    place integer := 1;
    stop integer;
    inside text := '';
BEGIN
    WHILE place <= cardinality(parts) LOOP
        stop := NULL;
        IF parts[place] = 91 THEN
            stop := place + CASE WHEN parts[place + 1] = 33 THEN 2 ELSE 1 END;
            stop := array_position(parts, 93, stop + CASE WHEN parts[stop] = 93 THEN 1 ELSE 0 END);
        END IF;
        inside := inside || CASE
            WHEN stop IS NOT NULL THEN path_set(parts[place + 1:stop - 1])
            WHEN parts[place] = 42 THEN '.*'
            WHEN parts[place] = 63 THEN '.'
            ELSE path_range(parts[place], parts[place]) END;
        place := coalesce(stop, place) + 1;
    END LOOP;
    RETURN '^' || CASE WHEN whole ~ '^[/*]' THEN '' ELSE '(?:.*/)?' END || inside || '$';
END $$
"""

PATH_MATCHES = """
CREATE FUNCTION path_matches(path bytea, pattern bytea) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN path_text(path) COLLATE "C" ~ path_expression(path_text(pattern)) THEN 1 ELSE 0 END
"""

PATHS = (PATH_LETTERS, PATH_TEXT, PATH_RANGE, PATH_SET, PATH_EXPRESSION, PATH_MATCHES)


def upgrade() -> None:
    if on_postgresql():
        for function in (COMPOSED, MOVED, METRES, *PATHS):
            op.get_bind().exec_driver_sql(function)
