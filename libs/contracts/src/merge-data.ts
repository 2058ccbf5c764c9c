/** What a template can show of a guest and an event: the inputs of the merge tokens of the integrator guide. */
export interface MergeData {
  guest: {
    firstName: string;
    otherNames: string;
    lastName: string;
    email: string;
    barcode: string;
    plusOnes: number;
    additionalInfo: string;
    /** Comma separated, with prefixes such as `{tickettype}VIP` and `{session}Day 1`. */
    tags: string;
    /** `{"1": "…"}` feeds `{{V_1}}`. */
    customFields: Record<string, string>;
  };
  event: {
    title: string;
    /** Local time of the event's zone, `YYYY-MM-DDTHH:mm[:ss]`. */
    startTime: string;
    endTime: string;
    /** IANA name. */
    timeZoneId: string;
    companyName: string;
  };
  links: {
    barcodeQrUrl: string;
    rsvpYesUrl: string;
    rsvpNoUrl: string;
    /** Where the recipient unsubscribes from this send (RFC 8058). Absent in requests older than this link. */
    unsubscribeUrl?: string;
  };
}
