"""The settings of one gateway, and what of them must not be."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.settings.checks import (
    check_base_url,
    check_date,
    check_headers,
    check_host,
    check_jwt,
    check_keys,
    check_origins,
    check_secret,
    is_word,
    loopback,
)
from gateway.settings.live_checks import check_application, check_store, check_traces, check_webhooks
from gateway.settings.scale import ScaleFields
from gateway.settings.sources import in_order

HOSTS = {"production": "https://connect.squareup.com", "sandbox": "https://connect.squareupsandbox.com"}
# Blanks around these are no harm, and an empty list has nothing in it.
NUMBERS = (int, float, bool, bool | None)
LISTS = ("gateway_api_keys", "gateway_cors_origins", "gateway_cors_headers", "square_webhook_signature_key")
EMULATOR_TOKEN = "test-token"  # noqa: S105 - the embedded emulator's own, public in the README


class Settings(ScaleFields):
    """The settings of one gateway. Field names are the environment names in lower case."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources in their order; `gateway.settings.sources` says which."""
        return in_order(settings_cls, init_settings, env_settings, dotenv_settings)

    @field_validator("*", mode="before")
    @classmethod
    def _not_blank(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str) and not value.strip() and info.field_name not in LISTS:
            raise ValueError("must not be empty; leave it out to have the default")
        kind = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, str) and value != value.strip() and kind not in NUMBERS and info.field_name not in LISTS:
            raise ValueError("must not begin or end with a blank")
        return value

    @field_validator(*LISTS, mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(key.strip() for key in value.split(",") if key.strip()) if isinstance(value, str) else value

    @field_validator("square_version")
    @classmethod
    def _day(cls, value: str) -> str:
        return check_date(value)

    @field_validator("gateway_host", "gateway_metrics_host")
    @classmethod
    def _host(cls, value: str | None) -> str | None:
        return None if value is None else check_host(value)

    @model_validator(mode="after")
    def _safe(self) -> Settings:
        """Refuse what would let in anybody, or let out a token."""
        if self.square_environment is None and self.square_access_token:
            raise ValueError("SQUARE_ENVIRONMENT must be sandbox or production when SQUARE_ACCESS_TOKEN is set")
        if self.square_access_token is not None and not is_word(self.square_access_token):
            raise ValueError("SQUARE_ACCESS_TOKEN must be one word of visible ASCII characters")
        if self.square_base_url:
            check_base_url(self.square_base_url, in_clear=self.environment == "emulator")
        check_origins(self.gateway_cors_origins)
        check_headers(self.gateway_cors_headers)
        if self.gateway_metrics_port and self.gateway_metrics_port == self.gateway_port:
            raise ValueError("GATEWAY_METRICS_PORT must not be that of GATEWAY_PORT; leave it out for one port")
        production = self.environment == "production"
        check_keys(self.gateway_api_keys, self.gateway_router_key, production=production)
        if self.gateway_secret is not None:
            check_secret(self.gateway_secret)
        check_webhooks(self.square_webhook_signature_key, self.square_webhook_url)
        webhooks = self.square_webhook_url is not None or self.environment == "emulator"
        check_application(self.square_application_token, self.square_merchant_id, webhooks=webhooks)
        check_store(self.gateway_store, secret=self.gateway_secret is not None)
        check_traces(self.gateway_trace_key, sent=self.gateway_telemetry != "off")
        self._check_callers()
        return self

    def _check_callers(self) -> None:
        if self.auth == "key" and not self.gateway_api_keys:
            raise ValueError("GATEWAY_API_KEYS must hold at least one key when GATEWAY_AUTH is key")
        if self.auth == "jwt":
            for name in ("gateway_jwt_issuer", "gateway_jwt_audience", "gateway_jwt_jwks_url"):
                if not getattr(self, name):
                    raise ValueError(f"{name.upper()} must be set when GATEWAY_AUTH is jwt")
            check_jwt(self.gateway_jwt_jwks_url or "")
        if self.auth != "forward" and self.environment != "emulator" and not self.square_access_token:
            raise ValueError("SQUARE_ACCESS_TOKEN must be set when GATEWAY_AUTH is key, jwt or none")
        if self.auth == "none" and self._real:
            if not self.loopback:
                raise ValueError("GATEWAY_AUTH=none is refused with a real token on an address that others can reach")
            if "*" in self.gateway_cors_origins:
                raise ValueError("GATEWAY_CORS_ORIGINS=* is refused with GATEWAY_AUTH=none and a real token")

    @property
    def _real(self) -> bool:
        return self.environment != "emulator" or self.token != EMULATOR_TOKEN

    @property
    def only_practice(self) -> bool:
        """Whether nothing but an emulator of this machine is asked, with the token that everybody knows."""
        return not self._real and self.base_url is not None and loopback(urlsplit(self.base_url).hostname or "")

    @property
    def console_url(self) -> str | None:
        """Where a browser finds the console of the emulator that is asked, if it is one of this machine."""
        if self.environment != "emulator" or not self.base_url:
            return None
        return f"{self.base_url.rstrip('/')}/" if loopback(urlsplit(self.base_url).hostname or "") else None

    @property
    def environment(self) -> str:
        """Which Square: emulator, sandbox or production."""
        return self.square_environment or "emulator"

    @property
    def auth(self) -> str:
        """How callers are told apart."""
        return self.gateway_auth or ("none" if self.environment == "emulator" else "forward")

    @property
    def caller_share(self) -> float:
        """How much of a limit one caller may hold. Who can only be alone may hold all of it."""
        alone = self.auth == "none" or (self.auth == "key" and len(self.gateway_api_keys) == 1)
        return 1.0 if alone else self.gateway_caller_share

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the gateway."""
        return loopback(self.gateway_host)

    @property
    def allow_get(self) -> bool:
        """Whether queries may come by GET."""
        return self._switched(self.gateway_allow_get)

    @property
    def introspection(self) -> bool:
        """Whether clients may read the schema."""
        return self._switched(self.gateway_introspection)

    @property
    def explorer(self) -> bool:
        """Whether a browser is shown GraphiQL at /graphql, and the pages at /docs."""
        return self._switched(self.gateway_explorer)

    @property
    def trace(self) -> bool:
        """Whether a request may ask for the calls to Square that it has caused."""
        return self._switched(self.gateway_trace)

    @property
    def only_trusted_documents(self) -> bool:
        """Whether no other documents run than those of the manifest."""
        return self.gateway_trusted_documents is not None and self.environment == "production"

    def _switched(self, switch: bool | None) -> bool:
        return self.open_by_default if switch is None else switch

    @property
    def open_by_default(self) -> bool:
        """Whether the explorer, introspection and GET are on unless switched off."""
        return self.environment != "production"

    @property
    def base_url(self) -> str | None:
        """Where Square is; None when the embedded emulator is to be started."""
        return self.square_base_url or HOSTS.get(self.environment)

    @property
    def token(self) -> str:
        """The gateway's own token towards Square."""
        return self.square_access_token or EMULATOR_TOKEN
