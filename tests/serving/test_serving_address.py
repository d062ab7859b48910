"""Where a server may listen, and the names it answers to."""

import pytest

from cellbank.errors import WrongInput
from tui.serving.address import Address, asked


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "[::1]", "localhost"])
def test_loopback_is_listened_on_without_more_ado(host: str) -> None:
    assert asked(host, 8765, None).public is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "10.0.0.1", "::ffff:127.0.0.1", "169.254.0.1"])  # noqa: S104
def test_any_other_address_needs_a_public_url(host: str) -> None:
    with pytest.raises(WrongInput) as refused:
        asked(host, 8765, None)
    assert (refused.value.code, refused.value.exit_code) == ("serve.not_loopback", 2)
    assert asked(host, 8765, "https://bank.example.org").origin == "https://bank.example.org"


@pytest.mark.parametrize("host", ["", "bank.example.org", "127.0.0.1:8765", "127.1", "http://127.0.0.1", "localhost."])
def test_a_name_in_place_of_an_address_is_refused(host: str) -> None:
    with pytest.raises(WrongInput) as refused:
        asked(host, 8765, None)
    assert refused.value.code == "serve.host"


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_does_not_exist_is_refused(port: int) -> None:
    with pytest.raises(WrongInput) as refused:
        asked("127.0.0.1", port, None)
    assert refused.value.code == "serve.port"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://bank.example.org", "https://bank.example.org"),
        ("HTTPS://Bank.Example.ORG/", "https://bank.example.org"),
        ("https://bank.example.org:443", "https://bank.example.org"),
        ("https://bank.example.org:8443", "https://bank.example.org:8443"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
    ],
)
def test_a_public_url_is_kept_as_a_browser_writes_its_origin(url: str, origin: str) -> None:
    assert asked("127.0.0.1", 8765, url).origin == origin


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "serve.public_url.form"),
        ("bank.example.org", "serve.public_url.form"),
        ("https://", "serve.public_url.form"),
        ("ftp://bank.example.org", "serve.public_url.form"),
        ("https://bank.example.org/cells", "serve.public_url.form"),
        ("https://bank.example.org?x=1", "serve.public_url.form"),
        ("https://bank.example.org#x", "serve.public_url.form"),
        ("https://anne@bank.example.org", "serve.public_url.form"),
        ("https://bank.example.org:port", "serve.public_url.form"),
        ("https://bank.example.org:70000", "serve.public_url.form"),
        ("https://[::1", "serve.public_url.form"),
        ("https://bank.example.org; script-src *", "serve.public_url.form"),
        ("https://bänk.example.org", "serve.public_url.form"),
        ("https://.example.org", "serve.public_url.form"),
        ("http://bank.example.org", "serve.public_url.plain"),
        ("http://10.0.0.1", "serve.public_url.plain"),
        ("http://localhost.example.org", "serve.public_url.plain"),
    ],
)
def test_a_public_url_that_is_no_origin_or_not_encrypted_is_refused(url: str, code: str) -> None:
    with pytest.raises(WrongInput) as refused:
        asked("127.0.0.1", 8765, url)
    assert refused.value.code == code


def test_without_a_public_url_only_this_machines_own_names_are_answered() -> None:
    address = Address("127.0.0.1", 8765)
    for host in ("127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"):
        assert address.authority(host) == host.lower()
    for host in ("", "127.0.0.1", "127.0.0.1:80", "localhost:8766", "localhost.:8765", "bank.example.org:8765"):
        assert address.authority(host) is None


def test_with_a_public_url_only_its_name_is_answered() -> None:
    address = Address("127.0.0.1", 8765, "https://bank.example.org")
    assert address.authority("Bank.example.org") == "bank.example.org"
    assert address.authority("bank.example.org:443") == "bank.example.org"
    for host in ("127.0.0.1:8765", "localhost:8765", "bank.example.org:80", "other.bank.example.org"):
        assert address.authority(host) is None


def test_the_browsers_own_default_port_is_left_out() -> None:
    address = Address("127.0.0.1", 80)
    assert address.origin == "http://127.0.0.1"
    assert address.authority("localhost") == address.authority("localhost:80") == "localhost"
