-- What a lane does in the database for a thousand recipients of a request: claim, mark, record; as Claims and Marks do it.
\set claim random(1000000000, 2000000000000)
begin;
with due as materialized (
  select d.issue_id, d.id, d.subscription_id from delivery d
  where d.issue_id = ISSUE and d.campaign_id = CAMPAIGN and d.lane = :client_id and d.due_at is null
    and exists (select 1 from campaign c where c.id = CAMPAIGN and c.transport = 'sendgrid')
    and d.state = 'QUEUED' and d.id > (
      select l.claimed_to from lane_count l where l.campaign_id = CAMPAIGN and l.lane = :client_id)
  order by d.id limit 1000 for update of d),
taken as (
  update delivery d
  set state = case when m.subscription_id is null then 'SKIPPED' else 'SENDING' end, void = m.subscription_id is null,
      due_at = null, request_id = null, claim_id = :claim, attempts = d.attempts + 1, reason = null, updated_at = now()
  from due left join mailable_subscription m on m.subscription_id = due.subscription_id
  where d.issue_id = due.issue_id and d.id = due.id
  returning d.id, d.subscription_id, d.attempts, m.email, m.name, m.sections)
insert into delivery_claim (id, campaign_id, issue_id, lane, deliveries, lease_until)
select :claim, CAMPAIGN, ISSUE, :client_id, array_agg(id order by id), now() + interval '5 minutes' from taken;
update lane_count set queued = queued - 1000, sending = sending + 1000,
  claimed_to = (select deliveries[cardinality(deliveries)] from delivery_claim where id = :claim)
where campaign_id = CAMPAIGN and lane = :client_id;
commit;
update delivery_claim c set sent = '\x00', in_hand = decode(repeat('ff', 125), 'hex'), request_id = 'r'
where c.id = :claim and not c.closed and c.lease_until > clock_timestamp();
begin;
update delivery d
set state = 'SENT', void = false, due_at = null, claim_id = null, provider_message_id = 'an-id-of-the-provider-1234',
    reason = null, updated_at = now()
from (select unnest(deliveries) as id from delivery_claim where id = :claim) o
where d.issue_id = ISSUE and d.id = o.id and d.claim_id = :claim and d.state = 'SENDING';
update lane_count set sending = sending - 1000, sent = sent + 1000 where campaign_id = CAMPAIGN and lane = :client_id;
delete from delivery_claim where id = :claim;
commit;
