import { Injectable, type Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { OPERATION, type OperationMark } from '../http/operation.js';

/** Under which address each operation listens, read from the controllers themselves. */
@Injectable()
export class CommandRoutes {
  #byOperation: ReadonlyMap<string, string> | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** The address of an operation on one order. Undefined when a part is missing, or too much. */
  addressOf(operation: string, ref: string, part: string | undefined): string | undefined {
    const [order, named, ...more] = namesIn(this.piecesOf(operation));
    if (order !== 'id' || more.length > 0 || (named === undefined) !== (part === undefined)) return undefined;
    return this.addressWith(operation, { id: ref, ...(named !== undefined && part !== undefined && { [named]: part }) });
  }

  /** The address of an operation, with what it names. Undefined when that does not fit. */
  addressWith(operation: string, named: Readonly<Record<string, string>>): string | undefined {
    const pieces = this.piecesOf(operation);
    const names = namesIn(pieces);
    if (pieces.length === 0 || names.length !== Object.keys(named).length || names.some((name) => named[name] === undefined)) return undefined;
    return pieces.map((piece) => (piece.startsWith(':') ? encodeURIComponent(named[piece.slice(1)] ?? '') : piece)).join('/');
  }

  private piecesOf(operation: string): readonly string[] {
    this.#byOperation ??= this.read();
    return this.#byOperation.get(operation)?.split('/') ?? [];
  }

  private read(): ReadonlyMap<string, string> {
    const routes = new Map<string, string>();
    for (const { metatype } of this.discovery.getControllers()) {
      const controller = metatype as Type<object>;
      const prototype = controller.prototype as Readonly<Record<string, () => unknown>>;
      const base = this.reflector.get<string>(PATH_METADATA, controller);
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name];
        if (handler === undefined) continue;
        const mark = this.reflector.get<OperationMark | undefined>(OPERATION, handler);
        if (mark !== undefined) routes.set(mark.operationId, `/${[base, this.reflector.get<string>(PATH_METADATA, handler)].filter((piece) => piece !== '' && piece !== '/').join('/')}`);
      }
    }
    return routes;
  }
}

/** What an address names: the order, a line of it … */
const namesIn = (pieces: readonly string[]): readonly string[] => pieces.filter((piece) => piece.startsWith(':')).map((piece) => piece.slice(1));
