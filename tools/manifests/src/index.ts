/** Filled by the project's own modules. */
export {};
