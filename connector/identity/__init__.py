"""Who somebody is: the tokens that Microsoft Entra ID issues, and their keys."""
