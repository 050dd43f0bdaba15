from django.contrib.admin import AdminSite


class EntenteAdminSite(AdminSite):
    pass
