"""The revision decoder over the codes that the documentation lists, and over all others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.revision import RevisionError, decode_revision, memory_class_mb

# code, model, PCB revision, MiB, SoC, manufacturer
NEW_STYLE = [
    ("a020d3", "3B+", "1.3", 1024, "BCM2837", "Sony UK"),
    ("a020d4", "3B+", "1.4", 1024, "BCM2837", "Sony UK"),
    ("a03111", "4B", "1.1", 1024, "BCM2711", "Sony UK"),
    ("b03111", "4B", "1.1", 2048, "BCM2711", "Sony UK"),
    ("b03112", "4B", "1.2", 2048, "BCM2711", "Sony UK"),
    ("b03114", "4B", "1.4", 2048, "BCM2711", "Sony UK"),
    ("b03115", "4B", "1.5", 2048, "BCM2711", "Sony UK"),
    ("c03111", "4B", "1.1", 4096, "BCM2711", "Sony UK"),
    ("c03112", "4B", "1.2", 4096, "BCM2711", "Sony UK"),
    ("c03114", "4B", "1.4", 4096, "BCM2711", "Sony UK"),
    ("c03115", "4B", "1.5", 4096, "BCM2711", "Sony UK"),
    ("d03114", "4B", "1.4", 8192, "BCM2711", "Sony UK"),
    ("d03115", "4B", "1.5", 8192, "BCM2711", "Sony UK"),
    ("c03130", "400", "1.0", 4096, "BCM2711", "Sony UK"),
    ("a03140", "CM4", "1.0", 1024, "BCM2711", "Sony UK"),
    ("b03140", "CM4", "1.0", 2048, "BCM2711", "Sony UK"),
    ("c03140", "CM4", "1.0", 4096, "BCM2711", "Sony UK"),
    ("d03140", "CM4", "1.0", 8192, "BCM2711", "Sony UK"),
    ("d03141", "CM4", "1.1", 8192, "BCM2711", "Sony UK"),
    ("902120", "Zero 2 W", "1.0", 512, "BCM2837", "Sony UK"),
    ("b04170", "5", "1.0", 2048, "BCM2712", "Sony UK"),
    ("c04170", "5", "1.0", 4096, "BCM2712", "Sony UK"),
    ("d04170", "5", "1.0", 8192, "BCM2712", "Sony UK"),
    ("a04171", "5", "1.1", 1024, "BCM2712", "Sony UK"),
    ("b04171", "5", "1.1", 2048, "BCM2712", "Sony UK"),
    ("c04171", "5", "1.1", 4096, "BCM2712", "Sony UK"),
    ("d04171", "5", "1.1", 8192, "BCM2712", "Sony UK"),
    ("e04171", "5", "1.1", 16384, "BCM2712", "Sony UK"),
    ("b04180", "CM5", "1.0", 2048, "BCM2712", "Sony UK"),
    ("c04180", "CM5", "1.0", 4096, "BCM2712", "Sony UK"),
    ("d04180", "CM5", "1.0", 8192, "BCM2712", "Sony UK"),
    ("e04180", "CM5", "1.0", 16384, "BCM2712", "Sony UK"),
    ("b041a0", "CM5 Lite", "1.0", 2048, "BCM2712", "Sony UK"),
    ("c041a0", "CM5 Lite", "1.0", 4096, "BCM2712", "Sony UK"),
    ("d041a0", "CM5 Lite", "1.0", 8192, "BCM2712", "Sony UK"),
    ("e041a0", "CM5 Lite", "1.0", 16384, "BCM2712", "Sony UK"),
    ("d04190", "500", "1.0", 8192, "BCM2712", "Sony UK"),
    ("e04190", "500+", "1.0", 16384, "BCM2712", "Sony UK"),
    ("a02082", "3B", "1.2", 1024, "BCM2837", "Sony UK"),
    ("a22082", "3B", "1.2", 1024, "BCM2837", "Embest"),
    ("a32082", "3B", "1.2", 1024, "BCM2837", "Sony Japan"),
    ("a52082", "3B", "1.2", 1024, "BCM2837", "Stadium"),
    ("2a020d3", "3B+", "1.3", 1024, "BCM2837", "Sony UK"),
    ("f03115", "4B", "1.5", None, "BCM2711", "Sony UK"),
    # The rest of the documentation's table.
    ("900021", "A+", "1.1", 512, "BCM2835", "Sony UK"),
    ("900032", "B+", "1.2", 512, "BCM2835", "Sony UK"),
    ("a01040", "2B", "1.0", 1024, "BCM2836", "Sony UK"),
    ("a01041", "2B", "1.1", 1024, "BCM2836", "Sony UK"),
    ("a21041", "2B", "1.1", 1024, "BCM2836", "Embest"),
    ("a02042", "2B", "1.2", 1024, "BCM2837", "Sony UK"),
    ("a22042", "2B", "1.2", 1024, "BCM2837", "Embest"),
    ("900061", "CM1", "1.1", 512, "BCM2835", "Sony UK"),
    ("a22083", "3B", "1.3", 1024, "BCM2837", "Embest"),
    ("900092", "Zero", "1.2", 512, "BCM2835", "Sony UK"),
    ("920092", "Zero", "1.2", 512, "BCM2835", "Embest"),
    ("900093", "Zero", "1.3", 512, "BCM2835", "Sony UK"),
    ("920093", "Zero", "1.3", 512, "BCM2835", "Embest"),
    ("a020a0", "CM3", "1.0", 1024, "BCM2837", "Sony UK"),
    ("a220a0", "CM3", "1.0", 1024, "BCM2837", "Embest"),
    ("9000c1", "Zero W", "1.1", 512, "BCM2835", "Sony UK"),
    ("9020e0", "3A+", "1.0", 512, "BCM2837", "Sony UK"),
    ("9020e1", "3A+", "1.1", 512, "BCM2837", "Sony UK"),
    ("a02100", "CM3+", "1.0", 1024, "BCM2837", "Sony UK"),
]

# code, model, PCB revision, MiB, manufacturer
OLD_STYLE = [
    ("0002", "B", "1.0", 256, "Egoman"),
    ("0003", "B", "1.0", 256, "Egoman"),
    ("0004", "B", "2.0", 256, "Sony UK"),
    ("0005", "B", "2.0", 256, "Qisda"),
    ("0006", "B", "2.0", 256, "Egoman"),
    ("0007", "A", "2.0", 256, "Egoman"),
    ("0008", "A", "2.0", 256, "Sony UK"),
    ("0009", "A", "2.0", 256, "Qisda"),
    ("000d", "B", "2.0", 512, "Egoman"),
    ("000e", "B", "2.0", 512, "Sony UK"),
    ("000f", "B", "2.0", 512, "Egoman"),
    ("0010", "B+", "1.2", 512, "Sony UK"),
    ("0011", "CM1", "1.0", 512, "Sony UK"),
    ("0012", "A+", "1.1", 256, "Sony UK"),
    ("0013", "B+", "1.2", 512, "Embest"),
    ("0014", "CM1", "1.0", 512, "Embest"),
    ("0015", "A+", "1.1", None, "Embest"),
]


@pytest.mark.parametrize(("code", "name", "pcb", "memory_mb", "soc", "maker"), NEW_STYLE)
def test_new_style(
    code: str, name: str, pcb: str, memory_mb: int | None, soc: str, maker: str
) -> None:
    found = decode_revision(code)
    assert (found.code, found.model_name, found.pcb_revision) == (code, name, pcb)
    assert (found.memory_mb, found.soc, found.manufacturer) == (memory_mb, soc, maker)
    assert found.model is not None
    assert found.model.name == name
    assert memory_mb is None or memory_mb in found.model.memory_mb
    assert not found.old_style
    assert found.warranty_void == (code == "2a020d3")


@pytest.mark.parametrize(("code", "name", "pcb", "memory_mb", "maker"), OLD_STYLE)
def test_old_style(code: str, name: str, pcb: str, memory_mb: int | None, maker: str) -> None:
    found = decode_revision(code)
    assert (found.code, found.model_name, found.pcb_revision) == (code, name, pcb)
    assert (found.memory_mb, found.soc, found.manufacturer) == (memory_mb, "BCM2835", maker)
    assert found.old_style
    assert not found.warranty_void
    assert found.model is not None
    assert not found.model.bits64


def test_old_style_warranty_is_bit_24() -> None:
    found = decode_revision("100000e")
    assert (found.model_name, found.memory_mb, found.warranty_void) == ("B", 512, True)


def test_bit_24_of_a_new_code_means_nothing() -> None:
    assert not decode_revision("1a020d3").warranty_void


@pytest.mark.parametrize("spelling", ["0xa020d3", "A020D3", "00a020d3", "0X00A020D3", " a020d3\n"])
def test_spellings_of_one_code(spelling: str) -> None:
    assert decode_revision(spelling) == decode_revision("a020d3")


def test_permission_bits() -> None:
    allowed = decode_revision("c03111")
    denied = decode_revision("e0c03111")
    assert (allowed.overvoltage_allowed, allowed.otp_program_allowed, allowed.otp_read_allowed) == (
        True,
        True,
        True,
    )
    assert (denied.overvoltage_allowed, denied.otp_program_allowed, denied.otp_read_allowed) == (
        False,
        False,
        False,
    )
    assert not decode_revision("80c03111").overvoltage_allowed
    assert not decode_revision("40c03111").otp_program_allowed
    assert not decode_revision("20c03111").otp_read_allowed


def test_500_of_unknown_memory_is_the_plain_one() -> None:
    assert decode_revision("f04190").model_name == "500"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("c041c0", "unknown type 0x1c"),
        ("a02070", "unknown type 0x07"),
        ("a020f0", "internal type 0x0f"),
    ],
)
def test_unknown_types_are_named(code: str, name: str) -> None:
    found = decode_revision(code)
    assert found.model is None
    assert found.model_name == name


def test_unknown_processor_and_manufacturer_are_named() -> None:
    found = decode_revision("c95111")
    assert (found.soc, found.manufacturer) == ("unknown processor 0x5", "unknown manufacturer 0x9")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "is no revision code: write its hexadecimal digits"),
        ("0x", "is no revision code: write its hexadecimal digits"),
        ("zzz", "is no revision code: write its hexadecimal digits"),
        ("-a020d3", "is no revision code: write its hexadecimal digits"),
        ("a0_20d3", "is no revision code: write its hexadecimal digits"),
        ("٣a020d3", "is no revision code: write its hexadecimal digits"),
        ("10000000abcdef01", "has 16 hexadecimal digits, a revision code at most 8"),
        ("0000", "old-style codes are 0002 to 0015"),
        ("0001", "old-style codes are 0002 to 0015"),
        ("000a", "old-style codes are 0002 to 0015"),
        ("0016", "old-style codes are 0002 to 0015"),
        ("200000e", "old-style codes are 0002 to 0015"),
    ],
)
def test_refused(code: str, message: str) -> None:
    with pytest.raises(RevisionError, match=message):
        decode_revision(code)


@given(st.integers(0, 2**32 - 1))
def test_every_32_bit_value_is_decoded_or_refused(value: int) -> None:
    try:
        found = decode_revision(f"{value:x}")
    except RevisionError:
        assert not value >> 23 & 1
    else:
        assert int(found.code, 16) == value
        assert found.old_style != bool(value >> 23 & 1)


@given(st.text())
def test_any_text_is_decoded_or_refused(text: str) -> None:
    message = ""
    try:
        decode_revision(text)
    except RevisionError as error:
        message = str(error)
    assert message.isprintable()


@pytest.mark.parametrize(
    ("mem_total_kb", "size_mb"),
    [
        (435_000, 512),
        (931_400, 1024),
        (1_893_276, 2048),
        (3_000_000, 3072),
        (3_878_088, 4096),
        (4_142_000, 4096),
        (8_006_700, 8192),
        (8_241_000, 8192),
        (16_604_000, 16384),
    ],
)
def test_memory_class(mem_total_kb: int, size_mb: int) -> None:
    assert memory_class_mb(mem_total_kb) == size_mb
