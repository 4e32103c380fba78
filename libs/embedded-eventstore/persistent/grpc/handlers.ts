import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { Log } from '../../log-access.js';
import type { Access, Caller } from '../../grpc/access.js';
import { EMPTY, persistent, streamNameOf } from '../../grpc/protocol.js';
import { handlerFailed, toServiceError } from '../../grpc/refusals.js';
import type { PersistentSubscriptions } from '../groups.js';
import { sourceName } from '../settings.js';
import { infoOf } from './info.js';
import { parseGroupRequest } from './requests.js';
import { readingHandler } from './reading.js';
import { failed } from './refusals.js';

interface Named {
  hasAll(): boolean;
  getStreamIdentifier(): Parameters<typeof streamNameOf>[0];
  getGroupName(): string;
}

/** The service that the client's persistent subscriptions speak to (eventstore-protocol 2.11). */
export function persistentSubscriptionHandlers(subscriptions: PersistentSubscriptions, log: Log, access: Access) {
  const unary =
    <Request, Answer>(work: (request: Request, caller: Caller) => Promise<Answer>) =>
    (call: ServerUnaryCall<Request, Answer>, callback: sendUnaryData<Answer>): void => {
      Promise.resolve()
        .then(() => work(call.request, access.of(call.metadata)))
        .then(
          (answer) => callback(null, answer),
          (error: unknown) => callback(toServiceError(error)),
        );
    };

  return {
    create: unary(async (request: InstanceType<typeof persistent.CreateReq>, caller) => {
      await caller.require('manage-subscriptions', '');
      const { source, group, settings } = parseGroupRequest(request.getOptions(), 'CreateReq');
      await subscriptions.create(source, group, settings, caller.userName);
      return new persistent.CreateResp();
    }),

    update: unary(async (request: InstanceType<typeof persistent.UpdateReq>, caller) => {
      await caller.require('manage-subscriptions', '');
      const { source, group, settings } = parseGroupRequest(request.getOptions(), 'UpdateReq');
      await subscriptions.update(sourceName(source), group, settings, caller.userName);
      return new persistent.UpdateResp();
    }),

    delete: unary(async (request: InstanceType<typeof persistent.DeleteReq>, caller) => {
      await caller.require('manage-subscriptions', '');
      const { source, group } = nameOf(request.getOptions());
      await subscriptions.remove(source, group, caller.userName);
      return new persistent.DeleteResp();
    }),

    getInfo: unary(async (request: InstanceType<typeof persistent.GetInfoReq>, caller) => {
      await caller.require('read', '');
      const { source, group } = nameOf(request.getOptions());
      return new persistent.GetInfoResp().setSubscriptionInfo(await infoOf(log, subscriptions.find(source, group)));
    }),

    list: unary(async (request: InstanceType<typeof persistent.ListReq>, caller) => {
      await caller.require('read', '');
      const option = request.getOptions()?.getListForStream();
      const source = option?.hasAll() === true ? '$all' : option && streamNameOf(option.getStream());
      const answer = new persistent.ListResp();
      for (const group of subscriptions.list(source)) answer.addSubscriptions(await infoOf(log, group));
      return answer;
    }),

    replayParked: unary(async (request: InstanceType<typeof persistent.ReplayParkedReq>, caller) => {
      await caller.require('manage-subscriptions', '');
      const options = request.getOptions();
      const { source, group } = nameOf(options);
      const stopAt = options?.hasStopAt() === true ? BigInt(options.getStopAt()) : undefined;
      const found = subscriptions.find(source, group);
      if (stopAt !== undefined && stopAt < 0n) throw failed(source, group, 'Cannot stop replaying parked message at a negative version.');
      await found.replayParked(stopAt);
      return new persistent.ReplayParkedResp();
    }),

    restartSubsystem: unary(async (_: unknown, caller) => {
      await caller.require('manage-subscriptions', '');
      await subscriptions.restart();
      return EMPTY;
    }),

    read: readingHandler(subscriptions, access),
  };
}

function nameOf(options: Named | undefined): { readonly source: string; readonly group: string } {
  if (options === undefined) throw handlerFailed();
  return { source: options.hasAll() ? '$all' : streamNameOf(options.getStreamIdentifier()), group: options.getGroupName() };
}
