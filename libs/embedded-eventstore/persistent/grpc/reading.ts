import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Access } from '../../grpc/access.js';
import { persistentEventFrame } from '../../grpc/event-frame.js';
import { FrameWriter } from '../../grpc/frame-writer.js';
import { persistent, streamNameOf, uuidOf } from '../../grpc/protocol.js';
import { handlerFailed, toServiceError } from '../../grpc/refusals.js';
import { Consumer } from '../consumer.js';
import type { Group, NackAction } from '../group.js';
import type { PersistentSubscriptions } from '../groups.js';

type ReadReq = InstanceType<typeof persistent.ReadReq>;
type Call = ServerDuplexStream<ReadReq, Buffer>;
type Ids = ReturnType<InstanceType<typeof persistent.ReadReq.Ack>['getIdsList']>;

const { Action } = persistent.ReadReq.Nack;

/** PersistentSubscriptions.Read: events out, acknowledgements in. Answers are bytes already. */
export function readingHandler(subscriptions: PersistentSubscriptions, access: Access) {
  return (call: Call): void => {
    const out = new FrameWriter(call);
    let joining: Promise<Group | undefined> | undefined;
    call.on('data', (request: ReadReq) => {
      if (joining === undefined) {
        joining = join(subscriptions, access, call, out, request).catch((error: unknown) => {
          out.fail(toServiceError(error));
          return undefined;
        });
      } else {
        void joining.then((group) => {
          if (group !== undefined) settle(group, request);
        });
      }
    });
  };
}

async function join(subscriptions: PersistentSubscriptions, access: Access, call: Call, out: FrameWriter, request: ReadReq): Promise<Group> {
  const caller = access.of(call.metadata);
  const options = request.getOptions();
  const source = options?.hasAll() === true ? '$all' : streamNameOf(options?.getStreamIdentifier());
  await caller.require('read', source);
  if (options === undefined || !options.hasUuidOption() || options.getBufferSize() < 0) throw handlerFailed();
  const group = subscriptions.find(source, options.getGroupName());
  const connectionName = String(call.metadata.get('connection-name')[0] ?? '<unknown>');
  const consumer = new Consumer(
    {
      deliver: ({ event, link, retryCount }) => out.write(persistentEventFrame(event, link, retryCount)),
      drop: (reason) => {
        out.fail(toServiceError(reason));
      },
    },
    { slots: options.getBufferSize(), userName: caller.userName, connectionName },
  );
  await group.join(consumer, () => void out.write(confirmation(group.key)));
  const leave = (): void => {
    group.leave(consumer);
  };
  if (out.isGone) leave();
  else out.signal.addEventListener('abort', leave, { once: true });
  return group;
}

function confirmation(id: string): Buffer {
  const confirmed = new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId(id);
  return Buffer.from(new persistent.ReadResp().setSubscriptionConfirmation(confirmed).serializeBinary());
}

/** What names no message, or says nothing, is ignored (measured 2.11). */
function settle(group: Group, request: ReadReq): void {
  const ack = request.getAck();
  const nack = request.getNack();
  if (ack !== undefined) group.ack(idsOf(ack.getIdsList()));
  if (nack !== undefined) group.nack(idsOf(nack.getIdsList()), actionOf(nack.getAction()), nack.getReason());
}

const idsOf = (ids: Ids): readonly string[] => ids.map((id) => uuidOf(id)).filter((id) => id !== undefined);

function actionOf(action: ReturnType<InstanceType<typeof persistent.ReadReq.Nack>['getAction']>): NackAction {
  if (action === Action.PARK) return 'park';
  return action === Action.SKIP || action === Action.STOP ? 'skip' : 'retry';
}
