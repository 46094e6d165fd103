-- Opens and clicks, where they are switched on. Two links may be followed within one second.
alter table feedback_event add column link text;
drop index feedback_event_same;
create unique index feedback_event_same on feedback_event (delivery_id, kind, at) where link is null;
create unique index feedback_event_same_link on feedback_event (delivery_id, kind, at, md5(link)) where link is not null;

-- What speaks for and against requests in doubt: those of a campaign, and what events have told since.
create index sent_request_open on sent_request (issue_id) where accepted_at is null;
create index sent_request_accepted on sent_request (accepted_at);
