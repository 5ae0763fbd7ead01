-- How many responses each quota of a survey has counted, kept by its consumer.
CREATE TABLE quota_count (
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    survey_id UUID NOT NULL REFERENCES survey (id),
    -- What was counted; other conditions are counted anew.
    definition TEXT NOT NULL,
    -- How far the event log was read.
    sequence BIGINT NOT NULL,
    -- Per quota: counted, and of these left out since.
    counts TEXT NOT NULL,
    PRIMARY KEY (workspace_id, survey_id)
);
