"""A tap of singer-sdk; its messages go through a pipe to a target, which checks every record."""

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import APIKeyAuthenticator
from singer_sdk.pagination import JSONPathPaginator


class Postings(RESTStream):
    """The loopback agency's postings."""

    name = "posting"
    path = "/postings"
    primary_keys = ("id",)
    replication_key = "changed"
    is_sorted = True
    records_jsonpath = "$.items[*]"
    schema = th.PropertiesList(
        th.Property("id", th.StringType(max_length=80), required=True),
        th.Property("changed", th.DateTimeType, required=True),
        th.Property("reversed", th.BooleanType, required=True),
        th.Property("posted", th.DateType, required=True),
        th.Property("account", th.StringType(max_length=80), required=True),
        th.Property("tenancy", th.IntegerType, required=True),
        th.Property("property", th.StringType(max_length=80), required=True),
        th.Property("type", th.StringType(allowed_values=["charge", "payment", "adjustment"]), required=True),
        th.Property("amount", th.IntegerType(minimum=-10_000_000, maximum=10_000_000), required=True),
        th.Property("balance", th.IntegerType, required=True),
        th.Property(
            "cycle", th.StringType(allowed_values=["weekly", "fortnightly", "four_weekly", "monthly", None])
        ),
        th.Property("narrative", th.StringType, required=True),
    ).to_dict()

    @property
    def url_base(self):
        """Where the agency is."""
        return self.config["address"]

    @property
    def authenticator(self):
        """The key in its header."""
        return APIKeyAuthenticator(key="X-Api-Key", value="loopback", location="header")

    def get_new_paginator(self):
        """The cursor in the body."""
        return JSONPathPaginator("$.next")

    def get_url_params(self, context, next_page_token):
        """What a request asks for."""
        params = {"limit": 1000, "changed_since": self.get_starting_replication_key_value(context)}
        return {**params, "cursor": next_page_token} if next_page_token else params


class Loopback(Tap):
    """The loopback agency."""

    name = "tap-loopback"
    config_jsonschema = th.PropertiesList(th.Property("address", th.StringType, required=True)).to_dict()

    def discover_streams(self):
        """Its one stream."""
        return [Postings(self)]


# How it is run


if __name__ == "__main__":
    Loopback.cli()
