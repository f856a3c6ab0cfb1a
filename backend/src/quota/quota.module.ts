import { Module } from '@nestjs/common';
import { QuotaLedgerRepository } from './quota-ledger.repository.js';
import { QuotaLedgerService } from './quota-ledger.service.js';

@Module({
  providers: [QuotaLedgerRepository, QuotaLedgerService],
  exports: [QuotaLedgerService],
})
export class QuotaModule {}
