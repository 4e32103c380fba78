import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { amountLimits, GRANTED_ROLES, mayCall, OPERATION_IDS, PERMISSIONS, type OperationId } from './index.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8');
const rowOf = (operationId: OperationId): string => `| \`${operationId}\` | ${GRANTED_ROLES.map((role) => (mayCall(role, operationId) ? 'yes' : '')).join(' | ')} |`;
const commands = OPERATION_IDS.filter((id) => !/^(search|list|get|watch)/.test(id));

describe('who may do what', () => {
  it('stands in docs/permissions.md, row by row', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `') && OPERATION_IDS.some((id) => line.startsWith(`| \`${id}\``)));
    expect(rows).toEqual(OPERATION_IDS.map(rowOf));
  });

  it('lets auditors and analysts change nothing (case 64)', () => {
    for (const role of ['auditor', 'analyst'] as const) expect(commands.filter((id) => mayCall(role, id))).toEqual([]);
  });

  it('lets analysts read nothing about a person over the API (case 64)', () => {
    expect(OPERATION_IDS.filter((id) => mayCall('analyst', id))).toEqual(['getCurrentUser']);
  });

  it('lets other systems report facts and nothing else', () => {
    expect(commands.filter((id) => mayCall('integration', id))).toEqual(['raiseOrderAlert', 'recordPayment', 'issueInvoice', 'recordShipment', 'recordDelivery', 'recordShipmentException', 'confirmDeliveryStop', 'refuseDeliveryStop', 'recordReturn']);
  });

  it('lets administrators keep the lists, and nobody else; no order is theirs to change', () => {
    const keeping = commands.filter((id) => /^(define|retire)/.test(id));
    expect(commands.filter((id) => mayCall('administrator', id))).toEqual(keeping);
    for (const id of keeping) expect(PERMISSIONS[id]).toEqual(['administrator']);
  });

  it('shows the bare events and their proofs to auditors alone', () => {
    expect(PERMISSIONS.getOrderEvents).toEqual(['auditor']);
  });

  it('lets a supervisor do whatever a representative may', () => {
    expect(OPERATION_IDS.filter((id) => mayCall('csr', id) && !mayCall('supervisor', id))).toEqual([]);
  });
});

describe('how much a role may grant alone (G3)', () => {
  it('is as much in dinars of three digits as in pounds of two', () => {
    expect(amountLimits('csr', 2).appeasementMinor).toBe(5_000);
    expect(amountLimits('csr', 3).appeasementMinor).toBe(50_000);
    expect(amountLimits('supervisor', 2).appeasementMinor).toBe(50_000);
  });

  it('is nothing for those who serve no customers', () => {
    for (const role of ['auditor', 'analyst', 'administrator', 'integration'] as const) expect(amountLimits(role, 2)).toEqual({ appeasementMinor: 0, discountBasisPoints: 0, chargeBasisPoints: 0 });
  });

  it('is approved beyond that by supervisors', () => {
    expect(PERMISSIONS.approveOrderCharge).toEqual(PERMISSIONS.approveAppeasement);
    expect(PERMISSIONS.approveOrderCharge).toEqual(['supervisor']);
    expect(GRANTED_ROLES.filter((role) => mayCall(role, 'approveAppeasement'))).toEqual(['supervisor']);
  });
});
