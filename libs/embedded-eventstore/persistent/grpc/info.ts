import type { Log } from '../../log-access.js';
import { persistent } from '../../grpc/protocol.js';
import type { Consumer } from '../consumer.js';
import type { Group } from '../group.js';
import { placeText, sourceName } from '../settings.js';

type Info = InstanceType<typeof persistent.SubscriptionInfo>;

/** A group as GetInfo and List show it: its settings, who reads it, and how far it is. */
export async function infoOf(log: Log, group: Group): Promise<Info> {
  await group.load();
  const { source, group: name, settings } = group.entry;
  const { measurements, consumers, buffered } = group;
  const { status, lastKnown } = await standing(log, group);
  const { at } = group.checkpoints;
  const info = new persistent.SubscriptionInfo();
  info.setEventSource(sourceName(source));
  info.setGroupName(name);
  info.setStatus(status);
  info.setConnectionsList(consumers.map((consumer) => connectionOf(consumer, settings.extraStatistics)));
  info.setAveragePerSecond(measurements.averagePerSecond);
  info.setTotalItems(String(measurements.total));
  info.setCountSinceLastMeasurement(String(measurements.takeCount()));
  info.setLastCheckpointedEventPosition(at === undefined ? '' : placeText(source, at));
  info.setLastKnownEventPosition(lastKnown === undefined ? '' : placeText(source, lastKnown));
  info.setResolveLinkTos(settings.resolveLinks);
  info.setStartFrom(settings.start);
  info.setMessageTimeoutMilliseconds(settings.messageTimeoutMs);
  info.setExtraStatistics(settings.extraStatistics);
  info.setMaxRetryCount(settings.maxRetryCount);
  info.setLiveBufferSize(settings.liveBufferSize);
  info.setBufferSize(settings.historyBufferSize);
  info.setReadBatchSize(settings.readBatchSize);
  info.setCheckPointAfterMilliseconds(settings.checkpointAfterMs);
  info.setMinCheckPointCount(settings.minCheckpointCount);
  info.setMaxCheckPointCount(settings.maxCheckpointCount);
  info.setReadBufferCount(status === 'Live' ? 0 : buffered.waiting);
  info.setLiveBufferCount(String(status === 'Live' ? buffered.waiting : 0));
  info.setRetryBufferCount(buffered.retrying);
  info.setTotalInFlightMessages(consumers.reduce((sum, { held }) => sum + held.size, 0));
  info.setOutstandingMessagesCount(buffered.outstanding);
  info.setNamedConsumerStrategy(settings.strategy);
  info.setMaxSubscriberCount(settings.maxSubscriberCount);
  info.setParkedMessageCount(String(await group.parked.count()));
  return info;
}

/** Live once it has read all there is. */
async function standing(log: Log, { entry: { source }, reading }: Group): Promise<{ readonly status: 'Live' | 'Behind'; readonly lastKnown: bigint | undefined }> {
  const isAll = source.kind === 'all';
  const end = isAll ? BigInt(log.tail.last) : ((await log.heads.read([source.stream])).get(source.stream)?.last ?? -1n);
  const isLive = reading.at >= end;
  const lastKnown = isAll && isLive ? reading.lastSeen : end;
  return { status: isLive ? 'Live' : 'Behind', lastKnown: lastKnown === -1n ? undefined : lastKnown };
}

function connectionOf({ held, measurements, freeSlots, options }: Consumer, withStatistics: boolean): InstanceType<typeof persistent.SubscriptionInfo.ConnectionInfo> {
  const connection = new persistent.SubscriptionInfo.ConnectionInfo();
  connection.setUsername(options.userName);
  connection.setConnectionName(options.connectionName);
  connection.setAverageItemsPerSecond(measurements.averagePerSecond);
  connection.setTotalItems(String(measurements.total));
  connection.setCountSinceLastMeasurement(String(measurements.takeCount()));
  connection.setAvailableSlots(freeSlots);
  connection.setInFlightMessages(held.size);
  const observed = withStatistics ? measurements.latencies : [];
  connection.setObservedMeasurementsList(
    observed.map(([name, milliseconds]) => {
      const measurement = new persistent.SubscriptionInfo.Measurement();
      measurement.setKey(name);
      measurement.setValue(String(milliseconds));
      return measurement;
    }),
  );
  return connection;
}
