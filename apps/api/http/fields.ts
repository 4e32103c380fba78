import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn, IsInt, IsObject, IsUUID, Matches, Max, Min, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { DAY, isDay } from '#kernel';

/**
 * The kinds of field that requests have: each says its validation and its schema at once. All text is well-formed
 * Unicode without control characters; line breaks and tabs only where `lines` is set.
 */

interface Described {
  readonly description?: string;
  readonly example?: unknown;
  readonly optional?: boolean;
}

const required = ({ optional = false }: Described): boolean => !optional;
const described = ({ description, example }: Described): object => ({ ...(description !== undefined && { description }), ...(example !== undefined && { example }) });
const maybe = ({ optional = false }: Described): PropertyDecorator[] => (optional ? [presentOrAbsent()] : []);

/** Absent is fine, null is not: a field is there or it is not. */
export const presentOrAbsent = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
// eslint-disable-next-line no-control-regex -- as above, but for line breaks and tabs
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

export function isPlainText(value: unknown, most: number, lines = false): value is string {
  if (typeof value !== 'string' || value.length > most || value.trim() === '') return false;
  return value.isWellFormed() && !(lines ? CONTROL_BUT_LINES : CONTROL).test(value);
}

export function Text(options: Described & { readonly most: number; readonly lines?: boolean }): PropertyDecorator {
  const { most, lines = false } = options;
  return applyDecorators(
    ...maybe(options),
    ValidateBy({
      name: 'text',
      validator: {
        validate: (value: unknown) => isPlainText(value, most, lines),
        defaultMessage: () => `must be text of 1 to ${String(most)} characters, without control characters`,
      },
    }),
    ApiProperty({ type: String, minLength: 1, maxLength: most, required: required(options), ...described(options) }),
  );
}

export function Pattern(pattern: RegExp, options: Described & { readonly most?: number }): PropertyDecorator {
  return applyDecorators(
    ...maybe(options),
    Matches(pattern, { message: `must match ${pattern.source}` }),
    ApiProperty({ type: String, pattern: pattern.source, required: required(options), ...(options.most !== undefined && { maxLength: options.most }), ...described(options) }),
  );
}

/** A day without a time of day, as carriers name them. */
export function Day(options: Described = {}): PropertyDecorator {
  return applyDecorators(
    ...maybe(options),
    ValidateBy({ name: 'day', validator: { validate: isDay, defaultMessage: () => 'must be a day of the calendar, written YYYY-MM-DD' } }),
    ApiProperty({ type: String, format: 'date', pattern: DAY.source, maxLength: 10, required: required(options), ...described(options) }),
  );
}

/** A short name that a table or a caller gives: a reason, a hold type, a store. */
export const Code = (options: Described = {}): PropertyDecorator => Pattern(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, { most: 64, ...options });

export function Whole(least: number, most: number, options: Described = {}): PropertyDecorator {
  return applyDecorators(
    ...maybe(options),
    IsInt({ message: 'must be a whole number' }),
    Min(least, { message: `must not be less than ${String(least)}` }),
    Max(most, { message: `must not be greater than ${String(most)}` }),
    ApiProperty({ type: 'integer', minimum: least, maximum: most, required: required(options), ...described(options) }),
  );
}

export function YesNo(options: Described = {}): PropertyDecorator {
  return applyDecorators(...maybe(options), IsBoolean({ message: 'must be true or false' }), ApiProperty({ type: Boolean, required: required(options), ...described(options) }));
}

export function OneOf(values: readonly string[], options: Described = {}): PropertyDecorator {
  return applyDecorators(...maybe(options), IsIn([...values], { message: `must be one of ${values.join(', ')}` }), ApiProperty({ type: String, enum: [...values], required: required(options), ...described(options) }));
}

export function Id(options: Described = {}): PropertyDecorator {
  return applyDecorators(...maybe(options), IsUUID('all', { message: 'must be a UUID' }), ApiProperty({ type: String, format: 'uuid', required: required(options), ...described(options) }));
}

type Part = new () => object;

/** A part with fields of its own. For its schema the function must be named `type`: that is how a lazy one is told from a class. */
export function PartOf(part: () => Part, options: Described = {}): PropertyDecorator {
  return applyDecorators(
    ...maybe(options),
    IsObject({ message: 'must be an object' }),
    ValidateNested(),
    Type(part),
    ApiProperty({ type: () => part(), required: required(options), ...described(options) }),
  );
}

export function ListOf(part: () => Part, options: Described & { readonly least?: number; readonly most: number }): PropertyDecorator {
  const { least = 1, most } = options;
  return applyDecorators(
    ...maybe(options),
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    IsObject({ each: true, message: 'must be a list of objects' }),
    ValidateNested({ each: true }),
    Type(part),
    ApiProperty({ type: () => part(), isArray: true, minItems: least, maxItems: most, required: required(options), ...described(options) }),
  );
}

export function Ids(options: Described & { readonly most: number }): PropertyDecorator {
  return applyDecorators(
    ...maybe(options),
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(1),
    ArrayMaxSize(options.most),
    IsUUID('all', { each: true, message: 'must be UUIDs' }),
    ApiProperty({ type: String, format: 'uuid', isArray: true, minItems: 1, maxItems: options.most, required: required(options), ...described(options) }),
  );
}

export function Choices(values: readonly string[], options: Described = {}): PropertyDecorator {
  return applyDecorators(
    ...maybe(options),
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(1),
    ArrayMaxSize(values.length),
    IsIn([...values], { each: true, message: `must be some of ${values.join(', ')}` }),
    ApiProperty({ type: String, enum: [...values], isArray: true, required: required(options), ...described(options) }),
  );
}

/** A class without fields needs one that is never there: otherwise nothing would be checked. */
export const Nothing = (): PropertyDecorator => applyDecorators(presentOrAbsent(), ValidateBy({ name: 'nothing', validator: { validate: () => false, defaultMessage: () => 'is not a field here' } }));
