-- Rows that were never claimed are taken in the order of their ids, from where their lane has come to: so neither a claim
-- nor its outcome changes a column of any index, and both stay heap-only. due_at is the time of rows that came back.
alter table lane_count
  -- rows of the lane up to this id were claimed, or have come to an end, once at least
  add column claimed_to bigint not null default 0;
create index delivery_lane on delivery (campaign_id, lane, id);

do $$
declare
  part regclass;
begin
  alter table delivery drop constraint delivery_check1;
  -- partitions were made with constraints of their own
  for part in select inhrelid::regclass from pg_inherits where inhparent = 'delivery'::regclass loop
    execute format('alter table %s drop constraint if exists delivery_check1', part);
  end loop;
  alter table delivery add constraint delivery_due_queued check (due_at is null or state = 'QUEUED');
end $$;
