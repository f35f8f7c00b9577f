"""What ships with the product is found, installed or in a checkout."""

from shipped import SAMPLES, TEMPLATE

from tongket_xlsx.definition import bundled as resources


def test_the_form_that_ships_is_known_by_name():
    """Every folder with a definition is a form under the name of its folder."""
    assert resources.forms() == {"chi-thi-11": TEMPLATE}


def test_the_samples_are_found():
    """The samples lie beside the package in a checkout."""
    assert resources.folder("samples") / "gia-lai" == SAMPLES


def test_an_installed_folder_comes_before_the_checkout(tmp_path, monkeypatch):
    """Where the package brought its own data folder along, that one is used."""
    (tmp_path / "data" / "workbook_templates" / "khac").mkdir(parents=True)
    (tmp_path / "data" / "workbook_templates" / "khac" / "form.yaml").touch()
    (tmp_path / "data" / "workbook_templates" / "khong-phai").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    assert list(resources.forms()) == ["khac"]


def test_without_any_folder_there_is_no_form(tmp_path, monkeypatch):
    """A package that lost its data knows no form, and does not fail."""
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "a" / "b")
    assert resources.forms() == {}
