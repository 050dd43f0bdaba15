"""Django's classes with their type arguments filled in; at run time they take none."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models

if TYPE_CHECKING:
    CharField = models.CharField[Any, Any]
    TextField = models.TextField[Any, Any]
    DateField = models.DateField[Any, Any]
    PositiveSmallIntegerField = models.PositiveSmallIntegerField[Any, Any]
    ModelForm = forms.ModelForm[Any]
    ModelChoiceField = forms.ModelChoiceField[Any]
    ModelMultipleChoiceField = forms.ModelMultipleChoiceField[Any]
else:
    CharField = models.CharField
    TextField = models.TextField
    DateField = models.DateField
    PositiveSmallIntegerField = models.PositiveSmallIntegerField
    ModelForm = forms.ModelForm
    ModelChoiceField = forms.ModelChoiceField
    ModelMultipleChoiceField = forms.ModelMultipleChoiceField
