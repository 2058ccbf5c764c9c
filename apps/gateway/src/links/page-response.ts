import { ApiResponse } from '@nestjs/swagger';

/** The content of an answer that is a page, as the OpenAPI document has it. */
export const htmlContent = { 'text/html': { schema: { type: 'string' as const } } };

/** Documents an answer that is a page. @param description what it says */
export const isPage = (status: number, description: string): MethodDecorator =>
  ApiResponse({ status, description: `A page: ${description}`, content: htmlContent });
