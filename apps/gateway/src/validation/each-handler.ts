import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';

/**
 * Decorates the handlers of a controller by their HTTP method, for what a whole controller has but not all of its
 * routes alike. Class decorators run last, so this adds to what the methods say of themselves.
 */
export const eachHandler =
  (decorate: (method: RequestMethod) => MethodDecorator | undefined): ClassDecorator =>
  (controller) => {
    const prototype = controller.prototype as object;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
      const handler: unknown = descriptor?.value;
      if (!descriptor || typeof handler !== 'function') continue;
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method !== undefined) decorate(method)?.(prototype, name, descriptor);
    }
  };

/** Methods whose bodies are read, whether or not a route has use for one. */
export const readsBody = (method: RequestMethod): boolean =>
  method !== RequestMethod.GET && method !== RequestMethod.HEAD;
