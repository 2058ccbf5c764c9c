/** Where everything of a running sandbox is. */
export interface Whereabouts {
  /** Base URL, without a slash at the end. */
  url: string;
  apiKey: string;
  /** Base64 of the SPKI DER form. */
  publicKey: string;
  /** Where events are posted, if anywhere. */
  webhook?: string;
}

/** What a person reads who has started the sandbox by itself. */
export function sandboxBanner({ url, apiKey, publicKey, webhook }: Whereabouts): string {
  return `
  The sandbox is running: a SendGrid that delivers everything to an inbox of its own.

    Inbox          ${url}/
    API base URL   ${url}  (instead of https://api.sendgrid.com)
    API key        ${apiKey}
    Events go to   ${webhook ?? 'nobody; name your webhook with --webhook URL'}
    Public key     ${publicKey}
                   (verifies the posts of events; another one at each start unless SANDBOX_SIGNING_KEY is set)

  Send something:

    curl -i ${url}/v3/mail/send -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' \\
      -d '{"personalizations": [{"to": [{"email": "clicked+ann@sandbox.test"}]}], "from": {"email": "me@example.com"},
           "subject": "Hello", "content": [{"type": "text/html", "value": "<a href=\\"https://example.com/\\">Hi</a>"}]}'

  Ctrl-C stops it; nothing is kept.
`;
}
