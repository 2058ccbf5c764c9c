/** What a posted form asks for. */
export interface PostedChoice {
  choice: 'unsubscribe' | 'resubscribe';
  /** `one-click`: by a mail program (RFC 8058); `page`: by a button of our page. */
  by: 'one-click' | 'page';
}

/** Either form has one short field. Beyond this the time to read it would be somebody else's to choose. */
const maxBytes = 16_384;

/** RFC 8058 §3.1. */
const oneClickName = 'List-Unsubscribe';
const oneClickValue = 'One-Click';

const formType = /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i;

/**
 * Reads the form of a mail program or of our page; fields of other names are ignored.
 * @param body as it came
 * @returns the choice, or what is wrong, to be said after "The request"
 */
export async function readChoice(
  contentType: string | undefined,
  body: unknown,
): Promise<PostedChoice | { flaw: string }> {
  if (!Buffer.isBuffer(body) || body.length === 0 || !formType.test(contentType ?? ''))
    return { flaw: 'holds no form' };
  if (body.length > maxBytes) return { flaw: `holds a form of more than ${maxBytes} bytes` };
  const form = await formOf(contentType as string, body);
  if (!form) return { flaw: 'holds a form that cannot be read: it is not well-formed multipart/form-data' };
  return choiceIn(form.getAll(oneClickName), form.getAll('choice'));
}

/** Node's own reader (Fetch standard, "Body.formData") knows both kinds of forms. */
async function formOf(contentType: string, body: Buffer): Promise<FormData | undefined> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'Content-Type': contentType } }).formData();
  } catch {
    return undefined;
  }
}

function choiceIn(
  oneClicks: readonly unknown[],
  choices: readonly unknown[],
): PostedChoice | { flaw: string } {
  if (oneClicks.length + choices.length > 1) return { flaw: 'asks for more than one thing' };
  // Some programs end a form with a line break.
  const [oneClick, choice] = [oneClicks[0], choices[0]].map((one) =>
    typeof one === 'string' ? one.trim() : one,
  );
  if (oneClick === oneClickValue) return { choice: 'unsubscribe', by: 'one-click' };
  if (choice === 'unsubscribe' || choice === 'resubscribe') return { choice, by: 'page' };
  if (oneClick !== undefined) return { flaw: `has another ${oneClickName} than ${oneClickValue}` };
  if (choice !== undefined) return { flaw: 'has a choice that is neither unsubscribe nor resubscribe' };
  return { flaw: `has neither ${oneClickName}=${oneClickValue} nor a choice` };
}
