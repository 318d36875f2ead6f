"""The table of deliberate breaks: a protection that is removed, and the tests that must fail without it."""

from __future__ import annotations

from dataclasses import dataclass

CALLBACK = "tests/get/test_callback.py::test_"
WARM = "tests/get/test_warm.py::test_"
PRIVACY = "tests/get/test_privacy.py::test_"
STATE_FOLDER = "tests/get/test_state_folder.py::test_"
SIGN_IN = "tests/get/test_sign_in.py::test_"
SESSION_BROWSER = "tests/get/test_session_browser.py::test_"
DEVICE_CODE = "tests/get/test_device_code.py::test_"
UNLUCKY = "tests/get/test_unlucky_sign_in.py::test_"
REFUSALS = "tests/get/test_refusals.py::test_"
REGISTRATION = "tests/get/test_registration.py::test_"
MAILBOX = "tests/get/test_mailbox.py::test_"
ENVIRONMENT = "tests/get/test_foreign_environment.py::test_"
IDENTITY = "tests/identity/test_"
MACHINE = "tests/config/test_machine_config.py::test_"
LOOPBACK = "broker/sign_in/loopback.py"
LOCAL_SERVER = "local_server.py"
ENDPOINT = "serve/endpoint.py"
SERVE = "tests/serve/test_requests.py::test_"
PAGE_FLOW = "broker/sign_in/page_flow.py"


@dataclass(frozen=True, slots=True)
class Break:
    """One removed protection: `text` in a file of the package becomes `replacement`, and each of `tests` must fail.

    `what` describes the product without it, `code` is the function or class that has the protection;
    `also` are further texts and replacements, if there is a second line of defence.
    """

    what: str
    file: str
    code: str
    text: str
    replacement: str
    tests: tuple[str, ...]
    also: tuple[tuple[str, str], ...] = ()

    def applied(self, source: str) -> str:
        """Return the source of `file` without the protection; raises `ValueError` unless each text is there once."""
        for text, replacement in ((self.text, self.replacement), *self.also):
            if source.count(text) != 1:
                raise ValueError(f"{self.file} has {source.count(text)} of {text!r}")
            source = source.replace(text, replacement)
        return source


BREAKS = (
    # The listener
    Break(
        "The listener answers any `Host`.",
        LOOPBACK,
        "_Handler.do_GET",
        'if self.headers.get_all("Host") != [f"127.0.0.1:{server.server_port}"]:',
        "if not server.server_port:",
        (f"{CALLBACK}another_host_name_gets_404",),
    ),
    Break(
        "The listener goes by the first of two `Host` headers.",
        LOOPBACK,
        "_Handler.do_GET",
        'self.headers.get_all("Host") != [f"127.0.0.1:{server.server_port}"]',
        'self.headers["Host"] != f"127.0.0.1:{server.server_port}"',
        (f"{CALLBACK}two_host_headers_get_404",),
    ),
    Break(
        "The last of two parameters of one name counts.",
        LOOPBACK,
        "_Handler.do_GET",
        "if len(dict(query)) != len(query):",
        "if len(query) > 20:",
        (f"{CALLBACK}a_parameter_given_twice_gets_404_and_ends_nothing",),
    ),
    Break(
        "The listener answers POST.",
        LOOPBACK,
        "_Handler",
        "    def send_error(",
        "    do_POST = do_GET\n\n    def send_error(",
        (f"{CALLBACK}only_get_is_answered[POST]",),
    ),
    Break(
        "The listener listens on every address.",
        LOOPBACK,
        "Listener",
        '_Server(("127.0.0.1", port), answer)',
        '_Server(("", port), answer)',
        (f"{CALLBACK}only_one_address_listens",),
    ),
    Break(
        "Pages may be framed in browsers that go by `X-Frame-Options`.",
        LOOPBACK,
        "_HEADERS",
        '    "X-Frame-Options": "DENY",\n',
        "",
        (f"{CALLBACK}a_page_has_the_same_headers",),
    ),
    Break(
        "Pages have no policy of what they may load.",
        LOOPBACK,
        "_HEADERS",
        '    "Content-Security-Policy": pages.CONTENT_SECURITY_POLICY,\n',
        "",
        (f"{CALLBACK}a_page_has_the_same_headers",),
    ),
    Break(
        "Pages may be kept by a cache.",
        LOOPBACK,
        "_HEADERS",
        '    "Cache-Control": "no-store",\n',
        "",
        (f"{CALLBACK}a_page_has_the_same_headers",),
    ),
    Break(
        "Python's answers to bad requests have no security headers.",
        LOOPBACK,
        "_Handler.send_error",
        "    def send_error(",
        "    def send_error_unused(",
        (f"{CALLBACK}no_page_may_be_cached_framed_or_scripted[another method]",),
    ),
    Break(
        "HTTP/0.9 is answered without headers.",
        LOCAL_SERVER,
        "LocalRequestHandler",
        'default_request_version = request_version = "HTTP/1.0"',
        'request_version = "HTTP/1.0"',
        (f"{CALLBACK}no_page_may_be_cached_framed_or_scripted[HTTP/0.9]",),
    ),
    Break(
        "The head of a request may be as long as it likes.",
        LOCAL_SERVER,
        "_Head",
        '        self.rfile = cast("Any", _Head(self.rfile))',
        "",
        (f"{CALLBACK}fifty_huge_requests_take_no_memory",),
    ),
    Break(
        "Connections that ask nothing are kept, however many.",
        LOCAL_SERVER,
        "LocalServer.process_request",
        "if len(self._silent) >= self.most_silent:",
        "if len(self._silent) >= 100_000:",
        (f"{CALLBACK}hundreds_of_connections_block_no_other",),
    ),
    # The endpoint for containers
    Break(
        "`serve` answers without its token.",
        ENDPOINT,
        "_Handler._shows",
        'return len(given) == 1 and hmac.compare_digest(given[0].encode(errors="replace"), token)',
        "return bool(token)",
        (f"{SERVE}without_the_token_every_path_is_refused_alike",),
    ),
    Break(
        "`serve` answers any `Host`.",
        ENDPOINT,
        "_Handler._is_for",
        "return len(given) == 1 and _without_port(given[0].lower()) in hosts",
        "return bool(hosts)",
        (f"{SERVE}another_host_name_is_refused",),
    ),
    Break(
        "Slow clients of `serve` are kept, however many.",
        ENDPOINT,
        "_Server",
        "most_silent = 200",
        "most_silent = 100_000",
        (f"{SERVE}hundreds_of_slow_clients_block_no_other",),
    ),
    # Which browser may finish a sign-in
    Break(
        "The address of the page is any path.",
        PAGE_FLOW,
        "PageFlow._answer",
        "if self.sign_in.has_address(visit.path):",
        'if visit.path.count("/") == 1:',
        (f"{CALLBACK}a_stranger_gets_404_and_ends_nothing[another page]",),
    ),
    Break(
        "The callback takes any `state`.",
        PAGE_FLOW,
        "PageFlow._come_back",
        'if not self.sign_in.has_state(query.get("state", "")):',
        'if "state" not in query:',
        (f"{CALLBACK}a_link_followed_in_the_first_browser_ends_nothing",),
    ),
    Break(
        "The callback needs no cookie.",
        PAGE_FLOW,
        "PageFlow._come_back",
        "if not self.sign_in.was_opened_with(visit.cookies):",
        "if not visit:",
        (f"{CALLBACK}a_callback_without_the_cookie_ends_nothing",),
    ),
    Break(
        "A later visitor is led on to the sign-in.",
        PAGE_FLOW,
        "PageFlow._open_page",
        "        if self.sign_in.was_opened_with(visit.cookies):\n            return self._pages",
        "        if visit:\n            return self._pages",
        (f"{CALLBACK}a_later_visitor_gets_neither_cookie_nor_state",),
    ),
    Break(
        "Each visitor counts as the first.",
        PAGE_FLOW,
        "PageFlow._land",
        'self.sign_in = self.sign_in.changed(arrived="yes")',
        "pass",
        (f"{CALLBACK}a_later_visitor_gets_neither_cookie_nor_state",),
    ),
    Break(
        "The page is opened once more at the address that others know.",
        "stores/authorization_code_sign_in.py",
        "AuthorizationCodeSignIn.at_another_address",
        "nonce=secrets.token_hex(16),",
        "nonce=self.nonce,",
        (f"{CALLBACK}the_first_browser_can_continue_after_a_login",),
    ),
    Break(
        "The former address lets another visitor in.",
        PAGE_FLOW,
        "PageFlow._land",
        "if self.sign_in.arrived or not self.sign_in.has_present_address(visit.path):",
        "if self.sign_in.arrived:",
        (f"{CALLBACK}typing_login_lets_a_second_browser_in",),
    ),
    Break(
        "The next broker lets another visitor in.",
        PAGE_FLOW,
        "PageFlow._land",
        "afterwards=self._note_arrival,",
        "afterwards=None,",
        (f"{CALLBACK}the_next_broker_recognizes_the_first_browser",),
    ),
    Break(
        "Scripts can read the cookie.",
        PAGE_FLOW,
        "PageFlow._land",
        "Path=/; HttpOnly; SameSite=Lax",
        "Path=/; SameSite=Lax",
        (f"{CALLBACK}the_cookie_is_for_the_browser_alone",),
    ),
    Break(
        "Code and state stay in the address bar.",
        PAGE_FLOW,
        "PageFlow._redirect_to_result",
        "return Reply(303, location=self.sign_in.url)",
        "return self._shown_result()",
        (f"{CALLBACK}code_and_state_do_not_stay_in_the_address_bar",),
    ),
    Break(
        "Every sign-in has the same address.",
        "stores/authorization_code_sign_in.py",
        "AuthorizationCodeSignIn._new",
        '"nonce": secrets.token_hex(16),',
        '"nonce": "0" * 32,',
        ("tests/get/test_secrets.py::test_every_sign_in_has_new_secrets",),
    ),
    Break(
        "The browser is opened at the address with `state` in it.",
        "stores/authorization_code_sign_in.py",
        "AuthorizationCodeSignIn.url",
        'return f"http://127.0.0.1:{self.port}/{self.nonce}"',
        'return f"http://127.0.0.1:{self.port}/{self.nonce}?state={self.state}"',
        (f"{SIGN_IN}the_state_is_never_in_the_arguments_of_a_browser",),
    ),
    Break(
        "The browser of a session is looked for in the working folder, too.",
        "client/browser_command.py",
        "find",
        "if os.path.isabs(place)",
        "if place",
        (f"{SESSION_BROWSER}a_program_in_the_working_folder_is_not_the_browser[.]",),
    ),
    Break(
        "A browser of a session that does not exist is replaced by another one.",
        "client/browser.py",
        "_opener",
        "if command:",
        "if command and browser_command.words(command, url):",
        (f"{SESSION_BROWSER}a_browser_that_does_not_exist_fails_at_once",),
    ),
    Break(
        "A page shows who asks as markup.",
        "broker/sign_in/pages.py",
        "SignInPages",
        "<dd>{escape(value)}",
        "<dd>{value}",
        (f"{CALLBACK}who_asks_is_text_on_a_page_and_never_markup",),
    ),
    Break(
        "A page shows text of the service or of a stranger as markup.",
        "broker/sign_in/pages.py",
        "SignInPages.failed",
        'f"<p>{escape(what)}</p>{self._list()}<p>To try',
        'f"<p>{what}</p>{self._list()}<p>To try',
        (f"{CALLBACK}an_error_text_of_a_stranger_is_not_shown",),
    ),
    Break(
        "Success is shown without a token that is stored.",
        "broker/sign_in/authorization_code.py",
        "AuthorizationCodeFlow._redeem",
        "        self._store_tokens(grant)\n",
        "",
        (f"{CALLBACK}success_is_shown_once_the_token_is_stored",),
    ),
    # Which user credentials belong to
    Break(
        "A document answers for any role, session, start URL and region.",
        "warm.py",
        "current",
        "if asked != found or endpoints != document.endpoints:",
        "if endpoints != document.endpoints:",
        (
            f"{WARM}a_document_of_another_role_is_a_miss",
            f"{MAILBOX}a_document_of_another_role_answers_no_want",
        ),
    ),
    Break(
        "A broker takes a document of another role for the answer.",
        "broker/role_documents.py",
        "cached",
        "if document.subject != documents.role_subject(want.account_id, want.role_name, chain):",
        "if not document.subject:",
        (f"{MAILBOX}a_document_of_another_role_answers_no_want",),
    ),
    Break(
        "A config file that has changed leaves documents as they are.",
        "documents.py",
        "Document.is_unchanged",
        "            and config == self.config\n",
        "",
        (
            f"{IDENTITY}config_files.py::test_a_cached_role_is_of_the_organisation_that_the_config_names",
        ),
    ),
    Break(
        "A token that has changed leaves documents as they are.",
        "documents.py",
        "Document.is_unchanged",
        "            and stamp(token_file) == self.token\n",
        "",
        (
            f"{WARM}a_deleted_token_ends_the_warm_path",
            f"{IDENTITY}token_files.py::test_nothing_is_handed_out_without_a_token_file",
        ),
    ),
    Break(
        "A stamp is size and date alone.",
        "documents.py",
        "stamp",
        "numbers = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)",
        "numbers = (0, status.st_size, status.st_mtime_ns, 0)",
        (f"{IDENTITY}token_files.py::test_a_token_of_one_size_and_date_is_another_users",),
    ),
    Break(
        "A document is used for any user who signs in.",
        "session/context.py",
        "SessionContext.owns",
        "            document.sign_in,\n",
        "            signed_in.id,\n",
        (f"{IDENTITY}change_of_user.py::test_a_cached_role_is_not_the_next_users",),
    ),
    Break(
        "Endpoint overrides share the folder of AWS itself.",
        "paths.py",
        "session_folder",
        "if any(endpoints):",
        "if endpoints is None:",
        (f"{IDENTITY}endpoints.py::test_the_state_of_overrides_lies_in_a_folder_of_its_own",),
    ),
    Break(
        "Role names that differ in case share a file.",
        "paths.py",
        "role_path",
        'os.path.join(folder, "roles", account_id, file_name(role_name + chain))',
        'os.path.join(folder, "roles", account_id, (role_name + chain).lower())',
        (f"{IDENTITY}names.py::test_every_role_name_has_a_document_of_its_own",),
    ),
    Break(
        "A document that is a link is read.",
        "documents.py",
        "read",
        '("O_NOFOLLOW", "O_CLOEXEC", ',
        '("O_CLOEXEC", ',
        (f"{WARM}a_document_that_is_a_link_is_a_miss",),
    ),
    Break(
        "A document of another user is read.",
        "documents.py",
        "read",
        "if status.st_uid != paths.user_id() or not stat.S_ISREG(status.st_mode):",
        "if not stat.S_ISREG(status.st_mode):",
        (f"{PRIVACY}a_document_of_another_user_is_a_miss",),
    ),
    Break(
        "A document of the future is read.",
        "documents.py",
        "read",
        "if status.st_mtime > now + 60:",
        "if status.st_mtime < 0:",
        (f"{WARM}a_document_from_the_future_is_a_miss",),
    ),
    Break(
        "A state folder that others can enter is used.",
        "paths.py",
        "_is_ours",
        "status.st_uid == user and not mode & OTHERS",
        "status.st_uid == user",
        (f"{STATE_FOLDER}a_state_root_that_others_can_enter_is_not_used",),
    ),
    Break(
        "A state folder of another user is used.",
        "paths.py",
        "_is_ours",
        "status.st_uid == user and not mode & OTHERS",
        "not mode & OTHERS",
        (f"{PRIVACY}a_state_root_of_another_user_is_not_used",),
    ),
    Break(
        "A state folder that is a link is used.",
        "paths.py",
        "_is_ours",
        "status = os.lstat(folder)",
        "status = os.stat(folder)",
        (f"{STATE_FOLDER}a_state_root_that_is_a_link_is_not_used",),
    ),
    # The mailbox
    Break(
        "A link in the mailbox is followed.",
        "stores/field_files.py",
        "read",
        "documents.READ_NO_LINK",
        "documents.READ_NO_LINK & ~os.O_NOFOLLOW",
        (
            f"{MAILBOX}a_sign_in_that_is_a_link_is_not_taken_over",
            f"{MAILBOX}a_want_that_is_a_link_is_removed_and_not_served",
        ),
    ),
    Break(
        "A named pipe in the mailbox is waited for.",
        "stores/field_files.py",
        "read",
        "documents.READ_NO_LINK",
        "documents.READ_NO_LINK & ~os.O_NONBLOCK",
        (f"{MAILBOX}a_pipe_in_the_mailbox_blocks_no_process[a broker that lives-sign_in]",),
    ),
    Break(
        "A want of a dead caller is served.",
        "broker/inbox.py",
        "read",
        "fields = None if mailbox.is_abandoned(host_folder, name) else field_files.read(path)",
        "fields = field_files.read(path)",
        ("tests/kills/test_mailbox.py::test_wants_of_dead_callers_are_removed_and_never_served",),
    ),
    # Files
    Break(
        "Others can read the files that are written.",
        "files.py",
        "draft",
        "flags.NEW, 0o600)",
        "flags.NEW, 0o666)",
        (f"{PRIVACY}a_new_config_file_is_private",),
    ),
    Break(
        "The broker has the umask of its starter.",
        "system/posix_processes.py",
        "detach",
        "    os.umask(0o077)\n",
        "",
        (f"{PRIVACY}a_rotated_log_is_private",),
    ),
    Break(
        "A token has its name before it is on the disk.",
        "files.py",
        "Draft.write",
        "        if self._durable:\n            disk.sync(self._file.fileno(), precious=self._precious)\n",
        "",
        ("tests/interop/test_exchange.py::test_a_token_is_on_the_disk_before_its_file_is_renamed",),
    ),
    Break(
        "Root gives a file to the owner of a home by its name.",
        "system/posix_disk.py",
        "give",
        "follow_symlinks=is_open)",
        "follow_symlinks=True)",
        (f"{PRIVACY}root_gives_away_only_files_that_it_has_made",),
    ),
    # The environment of a caller
    Break(
        "A broker keeps the AWS settings of its starter.",
        "client/launcher.py",
        "environment",
        '    *("AWS_", "BOTO", "REQUESTS_", "CURL_", "SSL"),\n',
        "",
        (f"{ENVIRONMENT}a_broker_keeps_no_variable_that_selects_code_or_service",),
    ),
    Break(
        "A broker keeps the `PYTHONPATH` of its starter.",
        "client/launcher.py",
        "_command",
        '_OPTIONS = ("-E", "-P") if _HAS_SAFE_PATH else ("-E",)',
        "_OPTIONS = ()",
        (f"{ENVIRONMENT}modules_of_a_project_never_run_in_the_broker",),
        (('    *("PYTHON", "LD_", "DYLD_", "OPENSSL_"),\n', ""),),
    ),
    Break(
        "A global `AWS_ENDPOINT_URL` is followed.",
        "identity_center/environment.py",
        "ServiceEnvironment.of",
        'sso_endpoint=variables.get("AWS_ENDPOINT_URL_SSO", ""),',
        'sso_endpoint=variables.get("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:9"),',
        ("tests/network/test_hosts.py::test_a_global_endpoint_gets_no_request",),
    ),
    Break(
        "A bearer token goes over plain http.",
        "identity_center/endpoints.py",
        "_override",
        'if address.scheme == "http" and not is_here:',
        "if not address.scheme:",
        (
            "tests/identity_center/test_endpoints.py::test_a_bearer_token_goes_nowhere_over_plain_http",
        ),
    ),
    Break(
        "Certificates are not verified.",
        "identity_center/certificates.py",
        "context",
        "made.minimum_version = ssl.TLSVersion.TLSv1_2",
        "made.check_hostname, made.verify_mode = False, ssl.CERT_NONE",
        ("tests/network/test_proxy.py::test_the_system_does_not_trust_the_proxy",),
    ),
    Break(
        "Certificates are not verified where the system does it.",
        "system/native_trust.py",
        "_NativeContext._alone",
        "made.minimum_version = self.minimum_version",
        "made.check_hostname, made.verify_mode = False, ssl.CERT_NONE",
        (
            "tests/system/test_native_trust.py::test_an_authority_that_is_not_installed_is_refused",
            "tests/system/test_native_trust.py::test_another_host_is_refused",
        ),
    ),
    Break(
        "A start URL may lead to any host.",
        "identity_center/start_urls.py",
        "resolve",
        "if not is_owned(target):",
        "if not target:",
        ("tests/network/test_vanity_urls.py::test_a_host_outside_of_aws_is_refused_by_name",),
    ),
    Break(
        "A start URL may lead to another region.",
        "identity_center/start_urls.py",
        "resolve",
        'if region_of(resolved) not in {"", region}:',
        'if region_of(resolved) == "nowhere":',
        ("tests/network/test_vanity_urls.py::test_another_region_is_refused_by_name",),
    ),
    Break(
        "A start URL may be plain http.",
        "identifiers.py",
        "is_https_url",
        'text.startswith("https://")',
        'text.startswith("http")',
        ("tests/get/test_arguments.py::test_bad_input_is_refused_in_one_line",),
    ),
    # Text from the service
    Break(
        "Text of the service is shown as it came.",
        "errors.py",
        "printable",
        'clean = "".join(character if character.isprintable() else " " for character in text)',
        "clean = text",
        (f"{UNLUCKY}text_from_the_service_controls_neither_terminal_nor_page",),
    ),
    Break(
        "A secret that the service repeats is shown.",
        "identity_center/refusals.py",
        "from_service",
        'word if len(word) < 60 else "…"',
        'word if len(word) < 60_000 else "…"',
        (f"{UNLUCKY}a_secret_that_the_service_repeats_is_not_printed",),
    ),
    Break(
        "The reason of a refusal is shown as it came.",
        "identity_center/refusals.py",
        "from_service",
        'reason = without_secrets(str(reply.get("reason") or ""))',
        'reason = str(reply.get("reason") or "")',
        (f"{REFUSALS}the_reason_of_a_refusal_is_printable_and_repeats_no_secret",),
    ),
    Break(
        "Any refusal ends a refresh token.",
        "identity_center/refusals.py",
        "of_refresh",
        "if isinstance(error, InvalidGrant | InvalidClient | UnauthorizedClient | Unavailable):",
        "if error is not None:",
        (f"{REFUSALS}a_refusal_to_renew_is_reported_while_it_lasts_and_then_forgotten",),
    ),
    Break(
        "A network policy is taken for a missing assignment.",
        "identity_center/refusals.py",
        "_from_portal",
        'if status == 403 and (hint := _policy_hint("", text)):',
        'if status == 499 and (hint := _policy_hint("", text)):',
        (f"{REFUSALS}a_network_policy_of_the_portal_is_not_reported_as_a_missing_assignment",),
    ),
    Break(
        "A registration is kept until the hour in which it ends.",
        "session/client_registration.py",
        "ClientRegistrations.obtain",
        "_LEAST_SECONDS = 60 * 24 * 3600",
        "_LEAST_SECONDS = 3600",
        (f"{REGISTRATION}a_registration_that_would_end_a_session_is_renewed_before_it_begins",),
    ),
    Break(
        "A short registration is made at each step of a sign-in.",
        "session/client_registration.py",
        "ClientRegistrations.obtain",
        '            raise unusable("the client registration cannot be stored", error) from None\n'
        "        self._least_seconds = 0\n",
        '            raise unusable("the client registration cannot be stored", error) from None\n',
        (f"{REGISTRATION}a_short_registration_is_kept_for_all_of_a_sign_in",),
    ),
    Break(
        "Names of roles come from the service as they are.",
        "identity_center/replies.py",
        "role_names",
        "return list(filter(is_role_name, names)), left_out",
        "return names, left_out",
        ("tests/cli/test_hostile_roles.py::test_populate_writes_the_others",),
    ),
    Break(
        "What a shell would run is exported.",
        "cli/export_formats.py",
        "export",
        "if _PLAIN.fullmatch(value) is None:",
        "if value is None:",
        (
            "tests/cli/test_export.py::test_what_a_shell_would_run_is_not_printed",
            "tests/plugins/test_awscli.py::test_export_credentials_prints_nothing_that_a_shell_would_run",
        ),
    ),
    Break(
        "A key that is taken out of a config file is shown.",
        "cli/configure/writing.py",
        "_without_secrets",
        "found = _SECRET.match(line)",
        "found = None",
        (
            "tests/cli/test_configure_secrets.py::test_a_key_that_is_removed_is_not_shown",
            "tests/cli/test_configure_secrets.py::test_no_secret_is_shown_however_it_is_written",
        ),
    ),
    # When a user is asked
    Break(
        "The session cannot forbid codes.",
        "broker/sign_in/policy.py",
        "_flow",
        'if session.device_code == "never":',
        'if session.device_code == "nobody":',
        (f"{DEVICE_CODE}the_session_can_forbid_codes",),
    ),
    Break(
        "The session cannot forbid automatic sign-ins.",
        "broker/sign_in/policy.py",
        "check_may_wait",
        'if context.session.login == "never" and not want.is_explicit:',
        'if context.session.login == "nobody" and not want.is_explicit:',
        (f"{DEVICE_CODE}the_session_can_forbid_every_automatic_sign_in",),
    ),
    Break(
        "With `CI` set a user is asked.",
        "client/interaction.py",
        "_why_off",
        'return "CI is set" if is_ci else ""',
        'return ""',
        (f"{SIGN_IN}with_nobody_to_ask_no_request_is_sent[CI]",),
    ),
    Break(
        "After a refusal a user is asked again at once.",
        "broker/sign_in/policy.py",
        "choose_flow",
        "if outcome is not None and allowed > now and not want.is_explicit:",
        "if outcome is not None and allowed > now + 10**9:",
        (f"{SIGN_IN}after_a_denial_no_page_opens_at_once",),
    ),
    Break(
        "A code is shown where a browser is.",
        "broker/sign_in/policy.py",
        "_flow",
        '        if may_open_browser(want, context):\n            return "authorization_code"\n',
        '        if may_open_browser(want, context):\n            return "device_code"\n',
        (f"{DEVICE_CODE}no_code_is_shown_where_a_browser_is",),
    ),
    Break(
        "A broker that has lost its lock continues.",
        "broker/main.py",
        "Broker._check_lock",
        "if not self._holds_lock():",
        "if self._holds_lock is None:",
        (f"{STATE_FOLDER}a_broker_whose_folder_is_gone_ends",),
    ),
    Break(
        "A list holds up callers of another version.",
        "broker/main.py",
        "Broker._take",
        "                maker.retire()\n",
        "                pass\n",
        (
            "tests/kills/test_versions.py::test_a_long_list_does_not_hold_up_a_caller_of_another_version",
        ),
    ),
    # The config file of the machine
    Break(
        "The config file of the machine is used though others may write it.",
        "system/posix_machine_config.py",
        "exposure",
        "if mode & _OTHERS_WRITE:",
        "if mode & _OTHERS_WRITE > 0o777:",
        (f"{MACHINE}a_file_that_users_can_have_written_is_ignored",),
    ),
    Break(
        "The config file of the machine is used though it is not root's.",
        "system/posix_machine_config.py",
        "exposure",
        "if status.st_uid != _ROOT:",
        "if status.st_uid < _ROOT:",
        (f"{MACHINE}a_file_that_users_can_have_written_is_ignored",),
    ),
    Break(
        "A user's config file allows what that of the machine forbids.",
        "config/session_sources.py",
        "_own",
        "{**section, **dict.fromkeys(forbidden, _NEVER)}",
        "section",
        (f"{MACHINE}a_never_of_the_machine_wins",),
    ),
    Break(
        "Cached credentials are printed though the config file of the machine has changed.",
        "documents.py",
        "Document.is_unchanged",
        "stamp(stamped_path(self.machine)) == self.machine",
        "stamped_path(self.machine)",
        (f"{MACHINE}credentials_are_not_kept_when_the_start_url_of_the_machine_changes",),
    ),
)
